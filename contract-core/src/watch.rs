//! A representation that reports each value read, so that a long or deep walk can be stopped.
//!
//! A validator walks a document without asking anybody. Inside a database backend that is not
//! enough: a cancel request must end it, and a document nested deeper than the stack must end in
//! an error. [`Watched`] wraps any representation and calls its [`Watch`] before each read; the
//! watch stops the walk by unwinding.

use crate::json::{Array, Json, Node, NodeIdentity, Object};
use jsonschema::JsonType;
use jsonschema_value::LazyInstance;
use serde_json::Value;
use std::{borrow::Cow, marker::PhantomData};

/// What is called during a walk. Each call may unwind, which ends the walk.
pub trait Watch: Send + Sync + 'static {
    /// A value is about to be read.
    fn read();
    /// A container is about to be entered, or a reference followed: the stack has grown.
    fn descend();
    /// A violation is about to be kept, with the path to its value.
    fn violation();
}

/// A watch that sees nothing.
pub enum Unwatched {}

impl Watch for Unwatched {
    fn read() {}
    fn descend() {}
    fn violation() {}
}

/// The representation `F`, with every read reported to `W`.
pub struct Watched<F, W>(PhantomData<(F, W)>);

impl<F: Json, W: Watch> Watched<F, W> {
    /// A node of this representation over a node of `F`.
    pub fn node(inner: F::Node<'_>) -> WatchedNode<'_, F, W> {
        WatchedNode(inner, PhantomData)
    }
}

/// One value of a [`Watched`] representation.
pub struct WatchedNode<'a, F: Json, W>(F::Node<'a>, PhantomData<W>);

impl<F: Json, W> Clone for WatchedNode<'_, F, W> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<F: Json, W: Watch> Json for Watched<F, W> {
    type Node<'a> = WatchedNode<'a, F, W>;
    type PreparedKey = F::PreparedKey;
    type StringBuffer = F::StringBuffer;

    const KEYS_PER_LOOKUP: usize = F::KEYS_PER_LOOKUP;

    fn prepare_key(key: &str) -> Self::PreparedKey {
        F::prepare_key(key)
    }

    fn with_string_node<T>(
        buffer: &mut Self::StringBuffer,
        string: &str,
        f: impl FnOnce(Self::Node<'_>) -> T,
    ) -> T {
        F::with_string_node(buffer, string, |node| f(Self::node(node)))
    }
}

type InnerObject<'a, F> = <<F as Json>::Node<'a> as Node<'a, F>>::Object;
type InnerArray<'a, F> = <<F as Json>::Node<'a> as Node<'a, F>>::Array;

impl<'a, F: Json, W: Watch> Node<'a, Watched<F, W>> for WatchedNode<'a, F, W> {
    type Object = WatchedObject<'a, F, W>;
    type Array = WatchedArray<'a, F, W>;
    type Number = <F::Node<'a> as Node<'a, F>>::Number;

    fn as_object(&self) -> Option<Self::Object> {
        W::read();
        let object = self.0.as_object()?;
        W::descend();
        Some(WatchedObject(object, PhantomData))
    }

    fn as_array(&self) -> Option<Self::Array> {
        W::read();
        let array = self.0.as_array()?;
        W::descend();
        Some(WatchedArray(array, PhantomData))
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        W::read();
        self.0.as_string()
    }

    fn as_number(&self) -> Option<Self::Number> {
        W::read();
        self.0.as_number()
    }

    fn as_boolean(&self) -> Option<bool> {
        W::read();
        self.0.as_boolean()
    }

    fn is_null(&self) -> bool {
        W::read();
        self.0.is_null()
    }

    fn is_number(&self) -> bool {
        W::read();
        self.0.is_number()
    }

    fn is_string(&self) -> bool {
        W::read();
        self.0.is_string()
    }

    fn json_type(&self) -> JsonType {
        W::read();
        self.0.json_type()
    }

    fn string_length(&self) -> Option<u64> {
        W::read();
        self.0.string_length()
    }

    fn equals_value(&self, expected: &Value) -> bool {
        W::read();
        self.0.equals_value(expected)
    }

    fn to_value(&self) -> Cow<'a, Value> {
        W::read();
        self.0.to_value()
    }

    // A violation says which type a container has, never what is in it: an empty one of its type
    // stands for it, so that a violation costs the same however large the document is.
    fn lazy_value(&self) -> LazyInstance<'a> {
        W::violation();
        match self.0.json_type() {
            JsonType::Object => {
                LazyInstance::Ready(Cow::Owned(Value::Object(serde_json::Map::new())))
            }
            JsonType::Array => LazyInstance::Ready(Cow::Owned(Value::Array(Vec::new()))),
            _ => self.0.lazy_value(),
        }
    }

    fn identity(&self) -> Option<NodeIdentity> {
        W::descend();
        self.0.identity()
    }

    fn container_identity(&self) -> Option<NodeIdentity> {
        W::descend();
        self.0.container_identity()
    }
}

/// An object of a [`Watched`] representation.
pub struct WatchedObject<'a, F: Json, W>(InnerObject<'a, F>, PhantomData<W>);

impl<'a, F: Json, W: Watch> Object<'a, Watched<F, W>> for WatchedObject<'a, F, W> {
    type Node = WatchedNode<'a, F, W>;
    type MemberName = <InnerObject<'a, F> as Object<'a, F>>::MemberName;
    type MembersIter = WatchedMembers<'a, F, W>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, key: &F::PreparedKey) -> Option<Self::Node> {
        self.0.get(key).map(Watched::<F, W>::node)
    }

    fn members(&self) -> Self::MembersIter {
        WatchedMembers(self.0.members(), PhantomData)
    }
}

/// The members of a [`WatchedObject`].
pub struct WatchedMembers<'a, F: Json, W>(
    <InnerObject<'a, F> as Object<'a, F>>::MembersIter,
    PhantomData<W>,
);

impl<'a, F: Json, W: Watch> Iterator for WatchedMembers<'a, F, W> {
    type Item = (
        <InnerObject<'a, F> as Object<'a, F>>::MemberName,
        WatchedNode<'a, F, W>,
    );

    fn next(&mut self) -> Option<Self::Item> {
        W::read();
        let (name, value) = self.0.next()?;
        Some((name, Watched::<F, W>::node(value)))
    }
}

/// An array of a [`Watched`] representation.
pub struct WatchedArray<'a, F: Json, W>(InnerArray<'a, F>, PhantomData<W>);

impl<'a, F: Json, W: Watch> Array<'a, Watched<F, W>> for WatchedArray<'a, F, W> {
    type Node = WatchedNode<'a, F, W>;
    type ElementsIter = WatchedElements<'a, F, W>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn elements(&self) -> Self::ElementsIter {
        WatchedElements(self.0.elements(), PhantomData)
    }

    fn is_unique(&self) -> bool {
        W::read();
        self.0.is_unique()
    }
}

/// The elements of a [`WatchedArray`].
pub struct WatchedElements<'a, F: Json, W>(
    <InnerArray<'a, F> as Array<'a, F>>::ElementsIter,
    PhantomData<W>,
);

impl<'a, F: Json, W: Watch> Iterator for WatchedElements<'a, F, W> {
    type Item = WatchedNode<'a, F, W>;

    fn next(&mut self) -> Option<Self::Item> {
        W::read();
        self.0.next().map(Watched::<F, W>::node)
    }
}
