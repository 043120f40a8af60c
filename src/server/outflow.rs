//! Answers on their way: whole ones at once, long ones piece by piece, as fast as their reader reads.

use super::problem::{Problem, Trouble};
use super::reply::{Content, Reply};
use super::{DOWNLOADS, House, problem, whole, with_head};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a reader may keep a download waiting.
const READER_PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a download that are handed on at once.
const PIECE: usize = 32 << 10;

/// Sends a reply; one that comes in pieces is written on a thread of its own, as fast as its reader reads.
pub(super) async fn sent(house: &House, mut reply: Reply) -> Response {
    let write = match std::mem::replace(&mut reply.content, Content::Whole(Vec::new())) {
        Content::Whole(bytes) => return whole(Reply { content: Content::Whole(bytes), ..reply }),
        Content::Pieces(write) => write,
    };
    let Ok(place) = Arc::clone(&house.downloads).try_acquire_owned() else {
        return problem(Problem::new(Trouble::Busy, format!("no more than {DOWNLOADS} downloads at once; ask again in a moment")));
    };
    let (sender, receiver) = mpsc::channel(2);
    let finished = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&finished);
    let handle = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let mut out = Outflow { sender, handle, held: Vec::with_capacity(PIECE) };
        if write(&mut out).and_then(|()| out.flush()).is_ok() {
            mark.store(true, Ordering::Release);
        }
    });
    with_head(Response::new(Body::new(Inflow { receiver, finished })), &reply)
}

/// Where a download is written to.
struct Outflow {
    sender: mpsc::Sender<Bytes>,
    handle: tokio::runtime::Handle,
    held: Vec<u8>,
}

impl Write for Outflow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.held, Vec::with_capacity(PIECE)));
        let sent = self.handle.block_on(tokio::time::timeout(READER_PATIENCE, self.sender.send(piece)));
        match sent {
            Ok(Ok(())) => Ok(()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

/// Where a download is read from. One that ends before all was written breaks off, so that nobody takes a part for the whole.
struct Inflow {
    receiver: mpsc::Receiver<Bytes>,
    finished: Arc<AtomicBool>,
}

impl hyper::body::Body for Inflow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<io::Result<hyper::body::Frame<Bytes>>>> {
        self.receiver.poll_recv(context).map(|piece| match piece {
            Some(piece) => Some(Ok(hyper::body::Frame::data(piece))),
            None if self.finished.load(Ordering::Acquire) => None,
            None => Some(Err(io::ErrorKind::BrokenPipe.into())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::body::Body as _;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    fn next(inflow: &mut Inflow) -> Option<io::Result<usize>> {
        match Pin::new(inflow).poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(frame) => frame.map(|frame| frame.map(|frame| frame.into_data().map_or(0, |bytes| bytes.len()))),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_download_that_was_not_finished_breaks_off() {
        for is_finished in [true, false] {
            let (sender, receiver) = mpsc::channel(2);
            let mut inflow = Inflow { receiver, finished: Arc::new(AtomicBool::new(is_finished)) };
            sender.try_send(Bytes::from_static(b"hits")).expect("there is room");
            drop(sender);
            assert_eq!(next(&mut inflow).and_then(Result::ok), Some(4));
            assert_eq!(next(&mut inflow).map(|frame| frame.is_err()), (!is_finished).then_some(true));
        }
    }
}
