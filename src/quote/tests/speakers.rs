//! Who is named as the speaker, by what wording.

use super::{article, check};
use crate::quote::{SpeakerKind, attribute};

#[test]
fn verbs_before_and_behind() {
    check("\"We will stay,\" Ann Moss said.", &["\"We will stay,\" <- Ann Moss (x-said)"]);
    check("\"We will stay,\" said Ann Moss.", &["\"We will stay,\" <- Ann Moss (said-x)"]);
    check("\"Will we stay?\" asked Ann Moss.", &["\"Will we stay?\" <- Ann Moss (said-x)"]);
    check("\"Will we stay?\" Ann Moss asked on Friday.", &["\"Will we stay?\" <- Ann Moss (x-said)"]);
    check("Ann Moss told the Daily Post that the bridge was \"rotten\".", &["\"rotten\" <- Ann Moss (said-before)"]);
    check("Ann Moss has repeatedly called the bridge \"rotten\".", &["\"rotten\" <- Ann Moss (said-before)"]);
    check("\"Well, well!\" beamed Ann Moss.", &["\"Well, well!\" <- Ann Moss (said-x)"]);
    check("\"Let me talk,\" Ann Moss shot back.", &["\"Let me talk,\" <- Ann Moss (x-said)"]);
}

#[test]
fn according_to() {
    check("The bridge is \"rotten\", according to Ann Moss.", &["\"rotten\" <- Ann Moss (according-to)"]);
    check("According to Ann Moss, the bridge is \"rotten\".", &["\"rotten\" <- Ann Moss (according-to)"]);
}

#[test]
fn the_verb_of_the_clause_wins_over_the_agency() {
    check("On Monday, Ann Moss said the bridge was \"rotten,\" according to Kestrel News.", &["\"rotten,\" <- Ann Moss (said-before)"]);
}

#[test]
fn colons_and_dashes() {
    check("Ann Moss: \"We will stay.\"", &["\"We will stay.\" <- Ann Moss (colon)"]);
    check("\"We will stay.\" ― Ann Moss", &["\"We will stay.\" <- Ann Moss (dash-name)"]);
    check("Ann Moss was clear about her plans: \"We will stay.\"", &["\"We will stay.\" <- Ann Moss (colon)"]);
}

#[test]
fn possessives() {
    check("Ann Moss's promise to end the strike \"in a day\" was bold.", &["\"in a day\" <- Ann Moss (possessive)"]);
    check("Ann Moss lost. Her promise to end the strike \"in a day\" was bold.", &["\"in a day\" <- Ann Moss (possessive)"]);
}

#[test]
fn continuations() {
    check("\"We will stay,\" Ann Moss said. \"We like it here.\"", &["\"We will stay,\" + \"We like it here.\" <- Ann Moss (x-said)"]);
    check(
        "\"We will stay,\" Ann Moss said. She looked at the wall. \"We like it here.\"",
        &["\"We will stay,\" <- Ann Moss (x-said)", "\"We like it here.\" <- Ann Moss (sentence-before)"],
    );
    check("Ann Moss was angry. \"We will stay.\"", &["\"We will stay.\" <- Ann Moss (sentence-before)"]);
}

#[test]
fn two_verbs_of_one_subject() {
    check(
        "Ann Moss wrote that it was \"a good day\" and added, \"Today we won.\"",
        &["\"a good day\" <- Ann Moss (said-before)", "\"Today we won.\" <- Ann Moss (said-before)"],
    );
    check("Ann Moss left the room, saying the talks were \"a farce\".", &["\"a farce\" <- Ann Moss (said-before)"]);
    check("Ann Moss asked for time and Bob Reed called that \"a farce\".", &["\"a farce\" <- Bob Reed (said-before)"]);
}

#[test]
fn long_subjects() {
    check("\"No,\" said Ann Moss, executive director of the Kestrel Trust.", &["\"No,\" <- Ann Moss (said-x)"]);
    check("Ann Moss, a member of the Lowland parliament, said it was \"late\".", &["\"late\" <- Ann Moss (said-before)"]);
    check("Ann Moss, who once led the trust, and has left it, said it was \"late\".", &["\"late\" <- Ann Moss (said-before)"]);
    check("The mayor of Kestrel, Ann Moss, said it was \"late\".", &["\"late\" <- Ann Moss (said-before)"]);
    check("The question, Ann Moss said, is \"too hard\" for now.", &["\"too hard\" <- Ann Moss (x-said-between)"]);
    check("Ann Moss of the Kestrel Trust said it was \"late\".", &["\"late\" <- Ann Moss (said-before)"]);
    check("The opposition leader, Ann Moss of the Centre Party, said it was \"late\".", &["\"late\" <- Ann Moss (said-before)"]);
    check(
        "Ann Moss called it \"late\" and accused the press of \"noise\".",
        &["\"late\" <- Ann Moss (said-before)", "\"noise\" <- Ann Moss (said-before)"],
    );
    check("Kestrel spokesman Bob Reed said it was \"late\".", &["\"late\" <- Bob Reed (said-before)"]);
    check("Speaking to Carl Stone in Kestrel, Ann Moss said it was \"late\".", &["\"late\" <- Ann Moss (said-before)"]);
}

#[test]
fn surnames_and_pronouns() {
    check(
        "Foreign Minister Ann Moss arrived. Moss said it was \"late\". She said it was \"dark\".",
        &["\"late\" <- Ann Moss (said-before)", "\"dark\" <- Ann Moss (said-before)"],
    );
    check("President Bob Reed seemed happy. He posted that it was \"a good day\".", &["\"a good day\" <- Bob Reed (said-before)"]);
    check(
        "Mr. Bob Reed met Mrs. Ann Moss. She said it was \"late\". He said it was \"early\".",
        &["\"late\" <- Ann Moss (said-before)", "\"early\" <- Bob Reed (said-before)"],
    );
    check("Speaking to Carl Stone, he said it was \"late\".", &["\"late\" <- (he) (said-before)"]);
}

#[test]
fn roles_lead_to_their_holders() {
    check("President Bob Reed arrived. The president said it was \"late\".", &["\"late\" <- Bob Reed (said-before)"]);
    check("Kestrel Motors grew. The company said it was \"proud\".", &["\"proud\" <- Kestrel Motors (said-before)"]);
    check("A spokesman for the trust said no. He added it was \"late\".", &["\"late\" <- spokesman for the trust (said-before)"]);
}

#[test]
fn speakers_without_a_name_are_taken_up() {
    check(
        "An official, who wept, said it was \"late\".\n\"It is dark,\" she added.",
        &["\"late\" <- official (said-before)", "\"It is dark,\" <- official (x-said)"],
    );
    check(
        "Lowland's prime minister left after what he called \"an insult\".",
        &["\"an insult\" <- Lowland's prime minister (said-before)"],
    );
    check(
        "Ann Moss said it was \"late\". \"It is dark,\" the striker added.",
        &["\"late\" <- Ann Moss (said-before)", "\"It is dark,\" <- Ann Moss (x-said)"],
    );
    check(
        "Ann Moss said it was \"late\". \"It is dark,\" the spokesman added.",
        &["\"late\" <- Ann Moss (said-before)", "\"It is dark,\" <- spokesman (x-said)"],
    );
}

#[test]
fn nested_reports_are_the_outer_speakers() {
    check("Ann Moss said Bob Reed had told the crew it was \"late\".", &["\"late\" <- Ann Moss (said-before)"]);
}

#[test]
fn institutions_and_unnamed_sources() {
    check("French officials called it an \"excellent exchange.\"", &["\"excellent exchange.\" <- French officials (said-before)"]);
    check("The Harbour Ministry statement said: \"We are open.\"", &["\"We are open.\" <- Harbour Ministry (said-before)"]);
    check("A source from the palace said it was \"late\".", &["\"late\" <- source from the palace (said-before)"]);
    check("\"We lost it,\" said one Moss confidant.", &["\"We lost it,\" <- one Moss confidant (said-x)"]);
    check("\"We lost it,\" said a person close to the family.", &["\"We lost it,\" <- person close to the family (said-x)"]);
}

#[test]
fn a_speaker_has_kind_role_and_organisation() {
    let article = article("Harbour Ministry spokesperson Ann Moss said it was \"late\". Officials said it was \"dark\".");
    let found = attribute(&article);
    let [moss, officials] = &found.speakers[..] else { panic!("{:?}", found.speakers) };
    assert_eq!(moss.kind, SpeakerKind::Person);
    assert_eq!(moss.role.as_deref(), Some("Harbour Ministry spokesperson"));
    assert_eq!(moss.organisation.as_deref(), Some("Harbour Ministry"));
    assert_eq!(officials.kind, SpeakerKind::Unnamed);
}
