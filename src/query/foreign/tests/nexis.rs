use super::super::Syntax;
use super::{Refusal, Row, check, check_refused};

const FORMS: &str = "regular plurals and possessives only";
const PHRASE: &str = "words side by side were read as a phrase";
const NOISE: &str = "noise words";

#[test]
fn queries_of_nexis() {
    let rows: &[Row] = &[
        ("harbour and strike", "harbour AND strike", &[FORMS]),
        ("harbour or port", "harbour OR port", &[FORMS]),
        ("harbour & strike", "harbour AND strike", &[FORMS]),
        ("harbour and not strike", "harbour NOT strike", &[FORMS]),
        ("harbour not strike", "harbour NOT strike", &[FORMS]),
        // OR before AND, AND before AND NOT.
        ("harbour and strike or lockout", "harbour AND (strike OR lockout)", &[FORMS]),
        ("harbour and not strike and ferry", "harbour NOT (strike AND ferry)", &["excluded only where it occurs together", FORMS]),
        ("harbour strike", "\"harbour strike\"", &[PHRASE]),
        ("sea wall w/5 levy", "\"sea wall\" w/5 levy", &[PHRASE, NOISE, FORMS]),
        ("\"sea wall\" pre/3 \"harbour levy\"", "\"sea wall\" pre/3 \"harbour levy\"", &[NOISE]),
        ("\"levies\"", "=levies", &[]),
        ("levy /s minister", "levy w/s minister", &[FORMS]),
        ("levy W/P minister", "levy w/p minister", &[FORMS]),
        ("levy w/para minister w/sent crown", "levy w/p (minister w/s crown)", &[FORMS]),
        ("levy near/4 crown onear/2 wall", "levy w/4 (crown pre/2 wall)", &[NOISE, FORMS]),
        // The smaller number first, equal ones from left to right, and OR before either.
        ("levy w/25 wall and dock or quay w/10 strike", "levy w/25 wall AND (dock OR quay) w/10 strike", &[NOISE, FORMS]),
        ("levy w/8 wall w/5 storm", "levy w/8 (wall w/5 storm)", &[NOISE, FORMS]),
        ("levy w/5 wall w/5 storm", "levy w/5 wall w/5 storm", &[NOISE, FORMS]),
        ("levy w/5 (wall and storm)", "levy w/5 (wall AND storm)", &[NOISE, FORMS]),
        ("levy w/seg wall", "levy AND wall", &["same segment", FORMS]),
        ("strik! w/3 dock!", "strik* w/3 dock*", &[NOISE]),
        ("interest rate!", "interest pre/1 rate*", &["next to each other", FORMS]),
        ("sea wall levy! bill", "\"sea wall\" pre/1 levy* pre/1 bill", &[PHRASE, FORMS]),
        ("strik*", "strik*", &["any ending"]),
        ("wom*n or l??berman", "wom?n OR l??berman", &["exactly one letter"]),
        ("\"fund rais!\"", "=fund pre/1 rais*", &[]),
        ("atleast5(levy)", "atleast5(levy)", &[FORMS]),
        ("ATLEAST3(sea wall or levy)", "atleast3(\"sea wall\" OR levy)", &[PHRASE, FORMS]),
        ("allcaps(rico) and launder!", "caps(RICO) AND launder*", &[]),
        ("nocaps(Apple)", "caps(apple)", &[]),
        ("caps(apple)", "caps(Apple) OR caps(APPLE)", &["any capital letter"]),
        ("caps(iPod) and shop", "(caps(Ipod) OR caps(IPOD) OR caps(iPod)) AND shop", &["any capital letter", FORMS]),
        ("allcaps(plural(aids))", "caps(AIDS)", &[]),
        ("plural(pensions) or singular(job)", "=pensions OR =job", &[]),
        ("headline(harbour w/3 levy)", "headline:(harbour w/3 levy)", &[NOISE, FORMS]),
        ("HEADLINE (levy) and BODY(\"sea wall\")", "headline:levy AND body:\"sea wall\"", &[FORMS]),
        ("hlead(caps(EU) and levy)", "hlead((caps(Eu) OR caps(EU)) AND levy)", &["any capital letter", "HLEAD may be several", FORMS]),
        ("lead(levy)", "first100(levy)", &["first 100 words", FORMS]),
        ("byline(\"Ada Berg\") and section(sport or politics)", "byline:\"Ada Berg\" AND desk:(sport OR politics)", &[FORMS]),
        ("publication(veldmark courier) and dateline(paris)", "publisher:\"veldmark courier\" AND place:paris", &[PHRASE, FORMS]),
        ("levy and language(french)", "levy AND language:fr", &[FORMS]),
        ("levy and date aft 1/1/2020", "levy AND date:>2020-01-01", &[FORMS]),
        ("levy and date(geq (01/31/2020) and leq (12/31/2020))", "levy AND date:>=2020-01-31 AND date:<=2020-12-31", &[FORMS]),
        ("date > 2019 and date bef March 5, 2021 and levy", "date:>2019 AND date:<2021-03-05 AND levy", &[FORMS]),
        ("date is 17 April 2025 and levy", "date:2025-04-17 AND levy", &[FORMS]),
        ("levy and length > 500", "levy", &["LENGTH has no counterpart", FORMS]),
        ("levy and not length(<500)", "levy", &["LENGTH has no counterpart", FORMS]),
        ("levy and terms(ports & harbours) and subject(tax #85plus#)", "levy", &["TERMS has", "SUBJECT has", FORMS]),
        ("\"AND\" or \"NOT\" or O'Sullivan or at&t or n/a", "\"AND\" OR \"NOT\" OR O'Sullivan OR at&t OR \"n/a\"", &[FORMS]),
    ];
    check(Syntax::Nexis, rows);
}

#[test]
fn what_nexis_has_and_we_have_not_is_refused() {
    let rows: &[Refusal] = &[
        ("rico not w/5 puerto", "not", "stands apart"),
        ("rico not/5 puerto", "not/5", "stands apart"),
        ("levy w/x wall", "w/x", "no connector"),
        ("levy w/0 wall", "w/0", "1 to 1000"),
        ("levy w/2000 wall", "w/2000", "1 to 1000"),
        ("levy or length > 500", "length > 500", "would find less"),
        ("length > 500", "length > 500", "nothing that can be searched"),
        ("levy and not (wall and length > 500)", "(wall and length > 500)", "more would be excluded"),
        ("levy and not allcaps(wall and length > 500)", "allcaps(wall and length > 500)", "more would be excluded"),
        ("levy w/5 headline(wall)", "headline(wall)", "a field cannot stand beside w/5"),
        ("levy w/5 (wall and not storm)", "(wall and not storm)", "an exclusion cannot stand"),
        ("hlead(apple) w/5 levy", "hlead(apple)", "a function cannot stand"),
        ("docket(levy)", "docket", "no segment or command"),
        ("headline(body(levy))", "(body(levy))", "a field cannot stand within"),
        ("atleast3(levy and wall)", "(levy and wall)", "words and phrases only"),
        ("atleast3(headline(levy))", "(headline(levy))", "words and phrases only"),
        ("allcaps(nat!)", "(nat!)", "words and phrases only"),
        ("plural(job)", "(job)", "not the plural"),
        ("language(elvish)", "(elvish)", "not a language"),
        ("bank**", "bank**", "no one reading"),
        ("!ism", "!ism", "no one reading"),
        ("date aft 3/4/2020", "3/4/2020", "two ways"),
        ("date aft 2/30/2020", "2/30/2020", "not a date"),
        ("(levy or wall", "(", "never closed"),
        ("levy or wall)", ")", "no parenthesis is open"),
        ("\"levy", "\"", "never closed"),
        ("levy ()", "(", "no connector"),
        ("()", "()", "nothing stands between"),
        ("levy (wall or dock)", "(", "no connector"),
        ("levy and", "and", "nothing stands to the right"),
        ("and levy", "and", "missing before"),
        ("levy and date aft", "aft", "to the right"),
        ("levy and date aft and wall", "and", "missing before"),
        ("levy and or wall", "or", "missing before"),
        ("strike~2", "strike~2", "holds `~`"),
        ("headline:levy", "headline:levy", "holds `:`"),
        ("$ and levy", "$", "no letter or digit"),
        ("levy = wall", "=", "no connector"),
    ];
    check_refused(Syntax::Nexis, rows);
}
