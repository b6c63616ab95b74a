//! stub
use crate::ContractType;
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectionKind { Unproven, Other }
pub struct Objection { kind: ObjectionKind, path: String, message: String }
impl Objection {
 pub fn kind(&self)->ObjectionKind{self.kind}
 pub fn path(&self)->&str{&self.path}
 pub fn message(&self)->&str{&self.message}
 pub fn detail(&self)->Option<&str>{None}
 pub fn hint(&self)->Option<&str>{None}
}
pub struct Release { added: Vec<u32>, objections: Vec<Objection> }
impl Release {
 pub fn between(previous: Option<&ContractType>, next: &ContractType) -> Self { let _=previous; Self{added: next.read_range().collect(), objections: vec![]} }
 pub fn objections(&self)->&[Objection]{&self.objections}
 pub fn added_versions(&self)->&[u32]{&self.added}
 pub fn summary(&self)->String{"stub".into()}
}
