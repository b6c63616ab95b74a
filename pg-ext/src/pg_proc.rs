//! Rows of `pg_proc`: the functions that may be contract types, as Postgres's cache has them.

use pgrx::{FromDatum, pg_sys};
use std::ffi::{CStr, CString};

/// The language of the functions that are contract types.
const LANGUAGE: &CStr = c"jsonb_contract";
/// The schema that they are in.
const SCHEMA: &CStr = c"contracts";

/// Which row of `pg_proc` a function is defined by: another definition is another row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RowVersion {
    xmin: pg_sys::TransactionId,
    block: (u16, u16),
    offset: u16,
}

/// A row of `pg_proc`, held in Postgres's cache.
pub struct FunctionRow(pg_sys::HeapTuple);

impl FunctionRow {
    pub fn of(function: pg_sys::Oid) -> Option<Self> {
        // SAFETY: looks up a row by its key; the row is released on drop.
        let tuple = unsafe { pg_sys::SearchSysCache1(by_oid(), function.into()) };
        (!tuple.is_null()).then(|| Self(tuple))
    }

    /// The function of that name in the schema `contracts` that takes one jsonb.
    pub fn named(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        // SAFETY: all arguments live for the call; the row is released on drop.
        let tuple = unsafe {
            let schema = pg_sys::get_namespace_oid(SCHEMA.as_ptr(), true);
            let jsonb = pg_sys::JSONBOID;
            let arguments = pg_sys::buildoidvector(&raw const jsonb, 1);
            let tuple = pg_sys::SearchSysCache3(
                cache_number(pg_sys::SysCacheIdentifier::PROCNAMEARGSNSP),
                name.as_ptr().into(),
                arguments.into(),
                schema.into(),
            );
            pg_sys::pfree(arguments.cast());
            tuple
        };
        (!tuple.is_null()).then(|| Self(tuple))
    }

    pub fn oid(&self) -> pg_sys::Oid {
        self.form().oid
    }

    #[allow(
        clippy::cast_ptr_alignment,
        reason = "Postgres aligns the data of a row"
    )]
    fn form(&self) -> &pg_sys::FormData_pg_proc {
        // SAFETY: the tuple is a row of pg_proc, whose fixed part begins after the header.
        unsafe {
            let header = (*self.0).t_data;
            &*header
                .cast::<u8>()
                .add(usize::from((*header).t_hoff))
                .cast()
        }
    }

    pub fn version(&self) -> RowVersion {
        // SAFETY: a row in the cache is a complete tuple.
        unsafe {
            let place = (*self.0).t_self;
            RowVersion {
                xmin: (*(*self.0).t_data).t_choice.t_heap.t_xmin,
                block: (place.ip_blkid.bi_hi, place.ip_blkid.bi_lo),
                offset: place.ip_posid,
            }
        }
    }

    /// Whether it is a contract type: in the language, from one jsonb to a boolean.
    pub fn is_contract(&self) -> bool {
        // SAFETY: the name ends with NUL.
        let language = unsafe { pg_sys::get_language_oid(LANGUAGE.as_ptr(), true) };
        let form = self.form();
        // SAFETY: `proargtypes` has as many elements as there are arguments.
        let takes_jsonb =
            || unsafe { form.proargtypes.values.as_slice(1) } == [pg_sys::JSONBOID].as_slice();
        language != pg_sys::InvalidOid
            && form.prolang == language
            && form.prorettype == pg_sys::BOOLOID
            && form.pronargs == 1
            && takes_jsonb()
    }

    pub fn name(&self) -> String {
        // SAFETY: a name ends with NUL.
        unsafe { CStr::from_ptr(self.form().proname.data.as_ptr()) }
            .to_string_lossy()
            .into_owned()
    }

    /// The body.
    pub fn body(&self) -> String {
        let mut is_null = false;
        // SAFETY: `prosrc` is an attribute of pg_proc, of type text.
        unsafe {
            let body = pg_sys::SysCacheGetAttr(
                by_oid(),
                self.0,
                i16::try_from(pg_sys::Anum_pg_proc_prosrc).expect("pg_proc has few attributes"),
                &raw mut is_null,
            );
            String::from_datum(body, is_null).unwrap_or_default()
        }
    }
}

impl Drop for FunctionRow {
    fn drop(&mut self) {
        // SAFETY: the row was found by a look-up of ours and is released once.
        unsafe { pg_sys::ReleaseSysCache(self.0) }
    }
}

/// The hash that Postgres names when it drops the function's row from its cache.
pub fn hash_of(function: pg_sys::Oid) -> u32 {
    let none = pg_sys::Datum::null();
    // SAFETY: a hash of the cache's only key.
    unsafe { pg_sys::GetSysCacheHashValue(by_oid(), function.into(), none, none, none) }
}

/// Has `changed` called with the hash of each row of `pg_proc` that Postgres drops from its cache.
pub fn on_change(changed: unsafe extern "C-unwind" fn(pg_sys::Datum, core::ffi::c_int, u32)) {
    // SAFETY: the callback is a function of this library, which is never unloaded.
    unsafe {
        pg_sys::CacheRegisterSyscacheCallback(by_oid(), Some(changed), pg_sys::Datum::from(0));
    }
}

/// The cache of functions by their OIDs.
fn by_oid() -> core::ffi::c_int {
    cache_number(pg_sys::SysCacheIdentifier::PROCOID)
}

fn cache_number(cache: pg_sys::SysCacheIdentifier::Type) -> core::ffi::c_int {
    core::ffi::c_int::try_from(cache).expect("Postgres has few caches")
}
