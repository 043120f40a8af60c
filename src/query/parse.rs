//! The parser: here is a query text, give me a [`Query`], or the first thing that is wrong with it and a query that would run.
//!
//! `or = and (OR and)*`, `and = clause (AND? clause)*`, `clause = (NOT | -)* near`, `near = weighted (w/5 weighted)*`,
//! `weighted = atom (^2)?`; an atom is a word, a phrase, `field:value`, `2 OF (words)`, a call (`hlead( )`) or a group. Recursion goes through
//! groups alone and is bounded.

use super::fault::Fault;
use super::fit::{below, counted, misfit, places, scoped};
use super::lex::{Call, Lexeme, MAX_CLAUSES, Token, lex, too_many};
use super::{Field, Near, Query, QueryError, Reach, Scope, value, word};
use crate::text::Date;
use std::ops::Range;

/// Groups and negations within each other; more are not written by people.
const MAX_DEPTH: usize = 100;

/// Longer texts are not queries; keeps the lexemes' memory within bounds.
const MAX_BYTES: usize = 1 << 20;

/// Reads a query text. Time is linear in its length; nothing makes it panic. Dates that count from today (`date:yesterday`) are not
/// understood; see [`parse_on`].
pub fn parse(text: &str) -> Result<Query, QueryError> {
    parse_on(text, None)
}

/// Reads a query text on the day `today`: `date:yesterday` becomes the day before.
pub fn parse_on(text: &str, today: Option<Date>) -> Result<Query, QueryError> {
    read(text, None, today).map_err(|fault| {
        let repair = fault.nearest(text, |text| read(text, None, today));
        QueryError { repair, ..fault.into_error(text, |repaired| read(repaired, None, today).is_ok()) }
    })
}

/// Reads the value of a flag: `--speaker TEXT` means `speaker:(TEXT)`. Errors count bytes into `text`.
pub fn parse_field(field: Field, text: &str) -> Result<Query, QueryError> {
    let runs = |text: &str| field_value(field, text).is_ok();
    let value = field_value(field, text).map_err(|fault| fault.into_error(text, runs))?;
    Ok(Query::Field(field, Box::new(value.ungrouped())))
}

/// Takes a text as one phrase, with or without quotation marks: `--phrase TEXT`. Errors count bytes into `text`.
pub fn phrase(text: &str) -> Result<Query, QueryError> {
    let read = |text: &str| match super::lex::has_word(text) {
        true => word::phrase(text, 0),
        false => Err(Fault::new(0..text.len(), "there is no word in the phrase").advise("write the words of the phrase")),
    };
    read(text).map_err(|fault| fault.into_error(text, |repaired| read(repaired).is_ok()))
}

fn field_value(field: Field, text: &str) -> Result<Query, Fault> {
    if field.is_range() { value::value(field, text, 0, None) } else { read(text, Some(field), None) }
}

fn read(text: &str, field: Option<Field>, today: Option<Date>) -> Result<Query, Fault> {
    if text.len() > MAX_BYTES {
        return Err(Fault::new(0..0, "the query is longer than 1 MiB"));
    }
    let lexemes = lex(text)?;
    let mut parser = Parser { text, lexemes: &lexemes, at: 0, field, today, depth: 0, chained: 0, clauses: 0 };
    let query = parser.or()?;
    match parser.peek() {
        // Nothing but a `)` ends an OR-group before the text ends.
        Some(stray) => {
            Err(Fault::new(stray.span.clone(), "no parenthesis is open here").repair(stray.span.clone(), "").advise("remove it"))
        }
        None => Ok(query),
    }
}

struct Parser<'a> {
    text: &'a str,
    lexemes: &'a [Lexeme],
    at: usize,
    /// The field whose group is being read.
    field: Option<Field>,
    /// What relative dates count from.
    today: Option<Date>,
    depth: usize,
    /// Connectors one after the other count as depth.
    chained: usize,
    clauses: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Lexeme> {
        self.lexemes.get(self.at)
    }

    fn peek_token(&self) -> Option<Token> {
        self.peek().map(|lexeme| lexeme.token)
    }

    fn or(&mut self) -> Result<Query, Fault> {
        let mut any = vec![self.and()?];
        while self.peek_token() == Some(Token::Or) {
            self.at += 1;
            any.push(self.and()?);
        }
        Ok(if any.len() == 1 { any.remove(0) } else { Query::Or(any) })
    }

    fn and(&mut self) -> Result<Query, Fault> {
        let mut all = vec![self.clause()?];
        loop {
            match self.peek_token() {
                None | Some(Token::Close | Token::Comma | Token::Or) => break,
                Some(Token::And) => self.at += 1,
                Some(_) => {}
            }
            all.push(self.clause()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Query::And(all) })
    }

    fn clause(&mut self) -> Result<Query, Fault> {
        let mut negations = 0;
        while let Some(lexeme) = self.peek().filter(|lexeme| matches!(lexeme.token, Token::Not | Token::Minus)) {
            negations += 1;
            self.at += 1;
            self.deeper(lexeme.span.clone())?;
        }
        let mut query = self.near()?;
        if negations > 0 && matches!(query, Query::Near(_)) {
            // Printed so that nobody takes the left word alone for excluded.
            query = Query::Group(Box::new(query));
        }
        for _ in 0..negations {
            query = Query::Not(Box::new(query));
        }
        self.depth -= negations;
        Ok(query)
    }

    /// Things near each other, from left to right.
    fn near(&mut self) -> Result<Query, Fault> {
        let begin = self.at;
        let mut query = self.weighted()?;
        while let Some((reach, ordered, span)) = self.connector() {
            if let Some(field) = self.field.filter(|field| value::is_value(*field)) {
                return Err(Fault::new(span, format!("no nearness is known within {}:( )", field.name())).advise(value::advice(field)));
            }
            self.check_operand(&query, begin, &span)?;
            self.at += 1;
            let right = self.at;
            let operand = match self.peek_token() {
                Some(Token::Not | Token::Minus) => return Err(self.no_operand("NOT cannot stand beside a connector", right, &span)),
                _ => self.weighted()?,
            };
            if let Some(what) = misfit(&operand) {
                return Err(if what == "a field" {
                    self.field_beside(&span)
                } else {
                    self.no_operand(&format!("{what} cannot stand beside a connector"), right, &span)
                });
            }
            let left = if matches!(query, Query::Near(_)) { Query::Group(Box::new(query)) } else { query };
            query = Query::Near(Box::new(Near { left, right: operand, reach, ordered }));
            self.check_operand(&query, begin, &span)?;
            self.deeper(span.clone()).map_err(|_| {
                Fault::new(span, format!("more than {MAX_DEPTH} connectors one after the other")).advise("split the query into several")
            })?;
            self.chained += 1;
        }
        self.depth -= std::mem::take(&mut self.chained);
        Ok(query)
    }

    fn connector(&self) -> Option<(Reach, bool, Range<usize>)> {
        let lexeme = self.peek()?;
        if let Token::Near(reach, ordered) = lexeme.token { Some((reach, ordered, lexeme.span.clone())) } else { None }
    }

    /// What stands beside a connector must be words at places of one text.
    fn check_operand(&self, operand: &Query, begin: usize, connector: &Range<usize>) -> Result<(), Fault> {
        match misfit(operand) {
            None if places(operand) <= MAX_CLAUSES => Ok(()),
            None => {
                Err(Fault::new(connector.clone(), "too many words beside this connector").advise("write OR between them, or fewer of them"))
            }
            Some("a field") => Err(self.field_beside(connector)),
            Some(what) => Err(self.no_operand(&format!("{what} cannot stand beside a connector"), begin, connector)),
        }
    }

    fn no_operand(&self, message: &str, begin: usize, connector: &Range<usize>) -> Fault {
        let at = self.lexemes.get(begin).map_or(connector.clone(), |lexeme| lexeme.span.clone());
        Fault::new(at, message).advise("beside a connector stand words, phrases, wildcards, and groups of these with AND and OR")
    }

    /// `headline:a w/5 b`: both must stand in one field, which is named once.
    fn field_beside(&self, connector: &Range<usize>) -> Fault {
        let fault = Fault::new(connector.clone(), "a connector stands between words of one field");
        let advice = "name the field once, around both: headline:(a w/5 b)";
        // The field directly left of it, and the value behind the connector.
        let left = self.lexemes.iter().rposition(|lexeme| lexeme.span.end <= connector.start && matches!(lexeme.token, Token::Field(_)));
        let right = self.lexemes.iter().position(|lexeme| lexeme.span.start >= connector.end);
        let (Some(left), Some(right)) = (left.map(|at| &self.lexemes[at]), right) else { return fault.advise(advice) };
        let value = match self.lexemes.get(right).map(|lexeme| lexeme.token) {
            Some(Token::Field(_)) => self.lexemes.get(right + 1),
            _ => self.lexemes.get(right),
        };
        match value.filter(|value| matches!(value.token, Token::Term | Token::Phrase)) {
            Some(value) => {
                let part = |span: Range<usize>| self.text[span].trim().to_owned();
                let (name, first) = (part(left.span.clone()), part(left.span.end..connector.start));
                let whole = left.span.start..value.span.end;
                fault.repair(whole, format!("{name}({first} {} {})", part(connector.clone()), part(value.span.clone()))).advise(advice)
            }
            None => fault.advise(advice),
        }
    }

    /// A clause, and what it counts.
    fn weighted(&mut self) -> Result<Query, Fault> {
        let query = self.atom()?;
        let Some(Token::Boost(weight)) = self.peek_token() else { return Ok(query) };
        self.at += 1;
        Ok(Query::Boost(Box::new(query), weight))
    }

    /// `hlead(...)`, `atleast3(...)`, `said(..., ...)`.
    fn call(&mut self, call: Call, name: Range<usize>) -> Result<Query, Fault> {
        let shown = &self.text[name.clone()];
        self.at += 1;
        let Some(open) = self.peek().map(|lexeme| lexeme.span.clone()) else { return Err(self.nothing()) };
        self.at += 1;
        self.deeper(open.clone())?;
        let is_part = matches!(call, Call::Said | Call::Within | Call::Scope(Scope::Head | Scope::First(_)));
        if let Some(field) = self.field.filter(|field| is_part || value::is_value(*field)) {
            return Err(
                Fault::new(name, format!("{shown}( ) cannot stand within {}:( )", field.name())).advise("close the parenthesis first")
            );
        }
        let query = match call {
            Call::AtLeast(count) => Query::AtLeast(count, Box::new(self.inside(&name, &counted)?)),
            Call::Scope(scope) => Query::Scope(scope, Box::new(self.inside(&name, &|query| scoped(query, scope))?)),
            Call::Said => {
                self.field = Some(Field::Speaker);
                let speaker = self.or();
                self.field = None;
                let speaker = speaker?.ungrouped();
                self.comma(&name, "said(SPEAKER, words)")?;
                Query::Said(Box::new(speaker), Box::new(self.or()?))
            }
            Call::Within => {
                let first = self.peek().map_or(name.clone(), |lexeme| lexeme.span.clone());
                let Query::Field(Field::Section, crosshead) = self.weighted()? else {
                    return Err(Fault::new(first, "within( ) begins with a crosshead").advise("write within(section:X, words)"));
                };
                self.comma(&name, "within(section:X, words)")?;
                let inner = self.or()?;
                if let Some(what) = below(&inner) {
                    return Err(Fault::new(name, format!("{what} cannot stand in {shown}( )"))
                        .advise("in within(section:X, ...) stand words, phrases, connectors, AND, OR and NOT, and fields of a quote"));
                }
                Query::Within(crosshead, Box::new(inner))
            }
        };
        self.close(open)?;
        self.depth -= 1;
        Ok(query)
    }

    /// What stands between the parentheses of a call; `misfit` names what must not.
    fn inside(&mut self, name: &Range<usize>, misfit: &dyn Fn(&Query) -> Option<&'static str>) -> Result<Query, Fault> {
        let inner = self.or()?.ungrouped();
        match misfit(&inner) {
            None => Ok(inner),
            Some(what) => {
                let message = format!("{what} cannot stand in {}( )", &self.text[name.clone()]);
                Err(Fault::new(name.clone(), message).advise("put it outside the parentheses"))
            }
        }
    }

    fn comma(&mut self, name: &Range<usize>, form: &str) -> Result<(), Fault> {
        if self.peek_token() == Some(Token::Comma) {
            self.at += 1;
            return Ok(());
        }
        Err(Fault::new(name.clone(), format!("{}( ) needs a comma between what stands in it", &self.text[name.clone()]))
            .advise(format!("write {form}")))
    }

    fn atom(&mut self) -> Result<Query, Fault> {
        let Some(lexeme) = self.peek() else { return Err(self.nothing()) };
        let span = lexeme.span.clone();
        match lexeme.token {
            Token::And | Token::Or | Token::Close | Token::Near(..) | Token::Comma | Token::Boost(_) => return Err(self.nothing()),
            Token::Call(call) => return self.call(call, span),
            Token::Open => return self.group(),
            Token::Field(field) => return self.field_clause(field, span),
            Token::Not | Token::Minus => return self.clause(),
            Token::Term | Token::Phrase | Token::Regex | Token::Bracket => {}
        }
        if lexeme.token == Token::Term && self.is_least() {
            return self.least(span);
        }
        if lexeme.token == Token::Term && self.is_least_without_parentheses() {
            return Err(Fault::new(span, "behind OF stand words in parentheses").advise("write 2 OF (word word word)"));
        }
        self.leaf()
    }

    /// A word, a phrase or a value; which of them depends on the field.
    fn leaf(&mut self) -> Result<Query, Fault> {
        let Some(lexeme) = self.peek() else { return Err(self.nothing()) };
        let span = lexeme.span.clone();
        self.at += 1;
        self.clauses += 1;
        if self.clauses > MAX_CLAUSES {
            return Err(too_many(span));
        }
        let raw = &self.text[span.clone()];
        if self.field.is_some_and(value::is_value) {
            self.is_whole(lexeme.token, &span)?;
        }
        let query = match (lexeme.token, self.field) {
            (Token::Bracket, Some(field)) => value::bracket(field, raw, span.start, self.today)?,
            (Token::Phrase, field) => {
                let open = raw.chars().next().map_or(0, char::len_utf8);
                let inner = &raw[open..raw.char_indices().next_back().map_or(0, |(at, _)| at)];
                match field {
                    Some(field) if value::is_value(field) => value::value(field, inner, span.start + open, self.today)?,
                    _ => word::phrase(inner, span.start + open)?,
                }
            }
            (_, Some(field)) if value::is_value(field) => value::value(field, raw, span.start, self.today)?,
            (Token::Regex, _) => word::expression(raw, span.start)?,
            _ => word::word(raw, span.start)?,
        };
        match (query, self.field) {
            (Query::All, Some(field)) => {
                let message = format!("`*` alone cannot be the value of {}:", field.name());
                Err(Fault::new(span, message).advise("write the beginning of a word, then *: sanction*"))
            }
            (Query::Unknown, None) => Err(Fault::new(span.clone(), "there is no letter or digit in this")
                .repair(span, "")
                .advise("write speaker:? for what is not known")),
            (
                Query::Unknown,
                Some(field @ (Field::About | Field::Mention | Field::Kind | Field::Confidence | Field::Quote | Field::Body)),
            ) => Err(Fault::new(span, format!("{}: is always known", field.name())).advise(value::advice(field))),
            (query, _) => Ok(query),
        }
    }

    /// `date:"April 2025".."June 2025"`: the marks belong around the whole value.
    fn is_whole(&self, token: Token, span: &Range<usize>) -> Result<(), Fault> {
        let here = &self.text[span.clone()];
        let next = self.peek().filter(|next| next.span.start == span.end);
        let dots = token == Token::Phrase && self.text[span.end..].starts_with("..");
        let opens = here.ends_with("..") || here.ends_with(['<', '>', '=']);
        let parted = token == Token::Term && opens && next.is_some_and(|next| next.token == Token::Phrase);
        if !dots && !parted {
            return Ok(());
        }
        // All that stands without a blank between.
        let start = if dots { span.end + 2 } else { span.end };
        let behind = |end: usize, lexeme: &Lexeme| if lexeme.span.start <= end { end.max(lexeme.span.end) } else { end };
        let end = self.lexemes[self.at..].iter().fold(start, behind);
        let whole = span.start..end;
        let bare: String = self.text[whole.clone()].chars().filter(|c| !super::lex::is_quotation_mark(*c)).collect();
        Err(Fault::new(whole.clone(), "the quotation marks belong around the whole value").repair(whole, format!("\"{bare}\"")))
    }

    fn group(&mut self) -> Result<Query, Fault> {
        let Some(open) = self.peek().map(|lexeme| lexeme.span.clone()) else { return Err(self.nothing()) };
        self.at += 1;
        self.deeper(open.clone())?;
        let inner = self.or()?;
        self.close(open)?;
        self.depth -= 1;
        // Double parentheses say no more than single ones.
        Ok(Query::Group(Box::new(inner.ungrouped())))
    }

    fn close(&mut self, open: Range<usize>) -> Result<(), Fault> {
        if self.peek_token() == Some(Token::Close) {
            self.at += 1;
            return Ok(());
        }
        Err(self.unclosed(open))
    }

    fn unclosed(&self, open: Range<usize>) -> Fault {
        let end = self.text.len();
        // Behind this one, the groups around it are open as well.
        let missing = ")".repeat(self.depth.max(1));
        Fault::new(open, "this parenthesis is never closed").repair(end..end, missing).advise("close it with a )")
    }

    fn deeper(&mut self, span: Range<usize>) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::new(span, format!("more than {MAX_DEPTH} groups within each other"))
                .advise("write the query with fewer parentheses"));
        }
        Ok(())
    }

    fn field_clause(&mut self, field: Field, span: Range<usize>) -> Result<Query, Fault> {
        if let Some(outer) = self.field {
            let message = format!("no field can be named within {}:( )", outer.name());
            return Err(Fault::new(span.clone(), message).repair(span, "").advise("close the parenthesis first"));
        }
        self.at += 1;
        let next = self.peek();
        let Some(token) = next.filter(|next| next.span.start == span.end && next.token != Token::Close).map(|next| next.token) else {
            let fault = Fault::new(span.clone(), format!("nothing stands directly behind {}:", field.name()));
            let gap = next.map_or(span.end, |next| next.span.start);
            return Err(fault.repair(span.end..gap, "").advise(value::advice(field)));
        };
        self.field = Some(field);
        let value = match token {
            Token::Open => self.group()?.ungrouped(),
            Token::Call(call) => self.call(call, next.map_or(span, |next| next.span.clone()))?,
            _ => self.leaf()?,
        };
        self.field = None;
        Ok(Query::Field(field, Box::new(value)))
    }

    /// True before `2 OF (`.
    fn is_least(&self) -> bool {
        let [count, of, open, ..] = &self.lexemes[self.at..] else { return false };
        let is_number = self.text[count.span.clone()].bytes().all(|b| b.is_ascii_digit());
        is_number && of.token == Token::Term && &self.text[of.span.clone()] == "OF" && open.token == Token::Open
    }

    /// True before `2 OF word`.
    fn is_least_without_parentheses(&self) -> bool {
        let [count, of, next, ..] = &self.lexemes[self.at..] else { return false };
        let is_number = self.text[count.span.clone()].bytes().all(|b| b.is_ascii_digit());
        is_number && of.token == Token::Term && &self.text[of.span.clone()] == "OF" && next.token != Token::Open
    }

    fn least(&mut self, count: Range<usize>) -> Result<Query, Fault> {
        let open = self.lexemes[self.at + 2].span.clone();
        self.at += 3;
        let mut words = Vec::new();
        loop {
            match self.peek() {
                None => return Err(self.unclosed(open)),
                Some(lexeme) if lexeme.token == Token::Close => break,
                Some(lexeme) => {
                    let is_leaf = matches!(lexeme.token, Token::Term | Token::Phrase | Token::Regex);
                    let query = if is_leaf && !self.field.is_some_and(value::is_value) { Some(self.leaf()?) } else { None };
                    let Some(query) = query.filter(Query::is_words) else {
                        return Err(
                            Fault::new(lexeme.span.clone(), "behind OF stand words and phrases only").advise("write 2 OF (word word word)")
                        );
                    };
                    words.push(query);
                }
            }
        }
        self.at += 1;
        let wanted = self.text[count.clone()].parse().ok().filter(|wanted| (1..=words.len()).contains(wanted));
        match wanted {
            Some(wanted) => Ok(Query::Least(wanted, words)),
            None => Err(Fault::new(count.clone(), format!("there are {} words to choose from", words.len()))
                .repair(count, words.len().to_string())
                .advise("write 2 OF (word word word)")),
        }
    }

    /// A clause is missing here: says beside what.
    fn nothing(&self) -> Fault {
        let before = self.at.checked_sub(1).and_then(|at| self.lexemes.get(at));
        let operator = |lexeme: &&Lexeme| {
            matches!(lexeme.token, Token::And | Token::Or | Token::Not | Token::Minus | Token::Near(..) | Token::Comma | Token::Boost(_))
        };
        let advice = "write AND, OR and NOT in lower case to search for these words";
        let name = |lexeme: &Lexeme| &self.text[lexeme.span.clone()];
        match (before, self.peek()) {
            (None, None) => Fault::new(0..self.text.len(), "the query is empty").advise("write a word, or * for everything"),
            // Without its NOT the query would say the contrary.
            (Some(before), Some(next)) if matches!(before.token, Token::Not | Token::Minus) && matches!(next.token, Token::Near(..)) => {
                Fault::new(before.span.clone(), "NOT cannot stand beside a connector").advise("write a -(a w/5 b) for a, but not near b")
            }
            (Some(before), _) if operator(&before) => {
                Fault::new(before.span.clone(), format!("nothing stands to the right of `{}`", name(before)))
                    .repair(before.span.clone(), "")
                    .advise(advice)
            }
            (_, Some(next)) if operator(&next) => Fault::new(next.span.clone(), format!("nothing stands to the left of `{}`", name(next)))
                .repair(next.span.clone(), "")
                .advise(advice),
            (Some(open), Some(close)) if open.token == Token::Open => {
                let both = open.span.start..close.span.end;
                Fault::new(both.clone(), "nothing stands between the parentheses").repair(both, "").advise("write a word between them")
            }
            (Some(open), None) => self.unclosed(open.span.clone()),
            (_, Some(stray)) => {
                Fault::new(stray.span.clone(), "no parenthesis is open here").repair(stray.span.clone(), "").advise("remove it")
            }
        }
    }
}
