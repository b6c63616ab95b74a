use super::{
    Screen, human, page,
    sample::{outcome, with_run},
};
use crate::{checks::Outcome, report::Format};

fn printed(outcome: &Outcome, format: Format, screen: Screen) -> String {
    let mut out = Vec::new();
    with_run(outcome, |run| run.print(format, screen, &mut out)).expect("it is written to memory");
    String::from_utf8(out).expect("UTF-8")
}

const NARROW: Screen = Screen {
    columns: 80,
    colours: false,
};

#[test]
fn each_format_has_everything_and_nothing_gets_out_of_it() {
    let outcome = outcome();
    for (name, format) in [
        ("human", Format::Human),
        ("json", Format::Json),
        ("sarif", Format::Sarif),
        ("github", Format::Github),
        ("junit", Format::Junit),
    ] {
        let text = printed(&outcome, format, NARROW);
        assert_eq!(text, printed(&outcome, format, NARROW));
        insta::assert_snapshot!(name, text);
    }
    insta::assert_snapshot!("summary", with_run(&outcome, human::summary));
    insta::assert_snapshot!("html", with_run(&outcome, page));
}
