//! stub
use crate::ContractType;
pub struct Rule;
impl Rule {
    pub fn id(&self) -> &'static str {
        "x"
    }
}
pub struct Lint;
impl Lint {
    pub fn rule(&self) -> &'static Rule {
        &Rule
    }
    pub fn path(&self) -> &str {
        ""
    }
    pub fn message(&self) -> &str {
        ""
    }
    pub fn hint(&self) -> Option<&str> {
        None
    }
}
pub fn lint(_: &ContractType) -> Vec<Lint> {
    vec![]
}
