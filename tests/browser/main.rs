//! tmp
use std::path::Path;
use tests::Page;
#[test]
fn look() {
    let mut page = Page::open(Path::new("/tmp/report-scratch/page.html"), 1280, 900);
    page.click("button.risk-critical");
    shot(&mut page, "desk-open");
    page.press("Escape");
    page.prefer("dark");
    shot(&mut page, "desk-dark");
    page.click("button.risk-high");
    shot(&mut page, "desk-dark-open");
    page.press("Escape");
    page.resize(375, 667);
    shot(&mut page, "phone-dark");
    page.prefer("light");
    shot(&mut page, "phone");
    println!(
        "{:?}",
        page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    );
    page.tap("button.risk-critical");
    shot(&mut page, "phone-open");
    println!("{:?} {:?}", page.requests(), page.complaints());
}
fn shot(page: &mut Page, name: &str) {
    std::fs::write(format!("/tmp/report-scratch/{name}.b64"), page.screenshot()).unwrap();
}
