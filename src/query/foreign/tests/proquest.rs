use super::super::Syntax;
use super::{Refusal, Row, check, check_refused};

const VARIANTS: &str = "not in other spellings";
const DISTANCE: &str = "neighbours are at distance 1";
const FIVE: &str = "at most five letters";

#[test]
fn queries_of_proquest() {
    let rows: &[Row] = &[
        ("harbour strike", "harbour AND strike", &[VARIANTS]),
        ("harbour AND strike OR lockout", "(harbour AND strike) OR lockout", &["AND was read before OR", VARIANTS]),
        ("harbour or strike lockout", "harbour OR (strike AND lockout)", &["AND was read before OR", VARIANTS]),
        // NOT is the loosest of all.
        ("harbour OR port NOT strike", "(harbour OR port) NOT strike", &[VARIANTS]),
        ("harbour NOT strike OR lockout", "harbour NOT (strike OR lockout)", &[VARIANTS]),
        ("harbour AND NOT strike", "harbour NOT strike", &[VARIANTS]),
        ("\"sea wall\"", "\"sea wall\"", &[]),
        ("\"walls\"", "=walls", &[]),
        ("\"{sea wall}\"", "sea pre/1 wall", &[VARIANTS]),
        ("levy NEAR/3 wall", "levy w/3 wall", &[DISTANCE, VARIANTS]),
        ("levy n/3 wall", "levy w/3 wall", &[DISTANCE, VARIANTS]),
        ("levy NEAR wall", "levy w/4 wall", &[DISTANCE, VARIANTS]),
        ("levy PRE/2 wall", "levy pre/2 wall", &[DISTANCE, VARIANTS]),
        ("levy p/2 wall", "levy pre/2 wall", &[DISTANCE, VARIANTS]),
        ("levy PRE wall", "levy pre/4 wall", &[DISTANCE, VARIANTS]),
        ("levy NEAR/5 wall PRE/2 storm", "levy w/5 (wall pre/2 storm)", &[DISTANCE, VARIANTS]),
        ("dock levy NEAR/5 (wall OR dike)", "dock AND levy w/5 (wall OR dike)", &[DISTANCE, VARIANTS]),
        ("strik*", "strik*", &[FIVE]),
        ("col*r", "col*r", &[FIVE]),
        ("nurse?", "/nurse./", &["may also stand for none"]),
        ("farm$2", "=farm OR /farm./ OR /farm../", &[]),
        ("farm*1 AND dock", "(=farm OR /farm./) AND dock", &[VARIANTS]),
        ("farm[*9]", "farm*", &["at most 9 letters"]),
        ("TI(strike)", "headline:strike", &[VARIANTS]),
        ("ti,ab(sea wall)", "headline:(sea AND wall) OR summary:(sea AND wall)", &["fewer articles have", VARIANTS]),
        ("ti(levy NEAR/3 wall) AND ft(\"sea wall\")", "headline:(levy w/3 wall) AND body:\"sea wall\"", &[DISTANCE, VARIANTS]),
        ("au(Berg) and pub(\"Veldmark Courier\")", "byline:Berg AND publisher:\"Veldmark Courier\"", &[VARIANTS]),
        ("au(\"Berg, Ada\")", "byline:(=Berg AND =Ada)", &["first name first"]),
        ("pub.exact(\"Veldmark Courier\")", "publisher:\"Veldmark Courier\"", &["the whole field"]),
        ("sec(sport) strike", "desk:sport AND strike", &[VARIANTS]),
        ("strike AND la(French)", "strike AND language:fr", &[VARIANTS]),
        ("strike AND la(eng OR ger)", "strike AND (language:en OR language:de)", &[VARIANTS]),
        ("strike AND pd(>20200101)", "strike AND date:>2020-01-01", &[VARIANTS]),
        ("pd(20200101-20201231) strike", "date:2020-01-01..2020-12-31 AND strike", &[VARIANTS]),
        ("yr(2010-2020) AND strike", "date:2010..2020 AND strike", &[VARIANTS]),
        ("yr(>=2010) AND pd(2012-05) AND strike", "date:>=2010 AND date:2012-05 AND strike", &[VARIANTS]),
        ("strike AND su(labor disputes)", "strike", &["the field su", VARIANTS]),
        ("strike NOT dtype(advertisement)", "strike", &["the field dtype", VARIANTS]),
        ("strike AND su.exact(\"labor disputes\")", "strike", &["the field su", VARIANTS]),
        ("\"OF\" OR 24/7 OR O'Hara", "\"OF\" OR \"24/7\" OR O'Hara", &[VARIANTS]),
    ];
    check(Syntax::Proquest, rows);
}

#[test]
fn what_proquest_has_and_we_have_not_is_refused() {
    let rows: &[Refusal] = &[
        ("ti,su(strike)", "ti,su", "would find less"),
        ("strike OR su(labor)", "su(labor)", "would find less"),
        ("su(labor)", "su(labor)", "nothing that can be searched"),
        ("xyz(strike)", "xyz", "no field `xyz`"),
        ("exact(\"sea wall\")", "exact", "no field `exact`"),
        ("ti(au(berg))", "(au(berg))", "a field cannot stand within"),
        ("levy NEAR/x wall", "NEAR/x", "no connector"),
        ("levy NEAR/0 wall", "NEAR/0", "1 to 1000"),
        ("levy NEAR/3 ti(wall)", "ti(wall)", "a field cannot stand beside"),
        ("levy NEAR/3 (wall NOT storm)", "(wall NOT storm)", "an exclusion cannot stand"),
        ("pd(soon)", "soon", "not a date"),
        ("pd(03/04/2020)", "03/04/2020", "two ways"),
        ("pd(2020 2021)", "pd(2020", "one date or range"),
        ("la(elvish)", "(elvish)", "not a language"),
        ("NOT strike", "NOT", "missing before"),
        ("strike AND", "AND", "nothing stands to the right"),
        ("(strike", "(", "never closed"),
        ("strike)", ")", "no parenthesis is open"),
        ("\"strike", "\"", "never closed"),
        ("* strike", "*", "mixes wildcards"),
        ("harbour -strike", "-strike", "holds `-`"),
        ("ti:strike", "ti:strike", "holds `:`"),
        ("strike - lockout", "-", "no letter or digit"),
    ];
    check_refused(Syntax::Proquest, rows);
}
