//! Arguments as the bytes that Postgres stores: read in place where they are whole, detoasted
//! into a copy that is freed again where they are not.

use contract_core::json::{Jsonb, JsonbNode};
use pgrx::{
    FromDatum,
    callconv::{Arg, ArgAbi, BoxRet, FcInfo},
    datum::Datum,
    pg_sys,
    pgrx_sql_entity_graph::metadata::{
        ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
    },
    varlena::{varatt_is_1b_e, varatt_is_4b_c, vardata_any, varsize_any_exhdr},
};
use std::{ptr, slice};

/// The bytes of a varlena argument, without its header.
pub struct Varlena {
    /// The argument as it came.
    stored: pg_sys::Datum,
    detoasted: *mut pg_sys::varlena,
    /// Whether `detoasted` is a copy of ours.
    copied: bool,
}

impl Varlena {
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `detoasted` is whole: it was checked, or detoasted, when this was made; it lives
        // as long as the call whose argument it is, or until `self` is dropped.
        unsafe {
            slice::from_raw_parts(
                vardata_any(self.detoasted).cast(),
                varsize_any_exhdr(self.detoasted),
            )
        }
    }
}

impl Varlena {
    /// The argument that a datum is.
    ///
    /// # Safety
    ///
    /// The datum is one of a varlena type that is not NULL, and lives as long as the result.
    #[inline]
    unsafe fn of(datum: pg_sys::Datum) -> Self {
        let stored: *mut pg_sys::varlena = datum.cast_mut_ptr();
        // SAFETY: the caller passes the datum of a varlena type.
        let is_whole = unsafe { !varatt_is_1b_e(stored) && !varatt_is_4b_c(stored) };
        let detoasted = if is_whole {
            stored
        } else {
            // SAFETY: as above.
            unsafe { detoast(stored) }
        };
        Self {
            stored: datum,
            detoasted,
            copied: !ptr::eq(detoasted, stored),
        }
    }
}

impl Drop for Varlena {
    #[inline]
    fn drop(&mut self) {
        if self.copied {
            // SAFETY: the copy was palloc'd by the detoasting and nobody else has it.
            unsafe { free(self.detoasted) }
        }
    }
}

// Calls that Postgres may raise an ERROR from are long. Most documents are whole: apart, these leave what
// each of them goes through short.

/// # Safety
///
/// It is a varlena.
#[cold]
#[inline(never)]
unsafe fn detoast(stored: *mut pg_sys::varlena) -> *mut pg_sys::varlena {
    // SAFETY: as the caller says.
    unsafe { pg_sys::pg_detoast_datum_packed(stored) }
}

/// # Safety
///
/// It was palloc'd, and nobody else has it.
#[cold]
#[inline(never)]
unsafe fn free(copy: *mut pg_sys::varlena) {
    // SAFETY: as the caller says.
    unsafe { pg_sys::pfree(copy.cast()) }
}

/// A `jsonb` argument.
pub struct Document(Varlena);

impl Document {
    /// # Safety
    ///
    /// As of [`Varlena::of`], for a datum of type jsonb.
    pub unsafe fn of(datum: pg_sys::Datum) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { Varlena::of(datum) })
    }

    /// The argument as it came.
    pub fn datum(&self) -> pg_sys::Datum {
        self.0.stored
    }

    /// The document as a node over its bytes.
    pub fn root(&self) -> JsonbNode<'_> {
        Jsonb::root(self.bytes())
    }

    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// Has the processor fetch what a page has right before the document, about as much again. Rows fill a page from its
    /// end (Postgres, "Database Page Layout"), so in a scan that is the next row, which then does not have to
    /// be waited for.
    #[inline]
    pub fn fetch_next_row(&self) {
        #[cfg(target_arch = "x86_64")]
        if self.is_in_shared_buffers() {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            /// What is fetched at a time, in bytes.
            const LINE: usize = 64;
            /// The most that is fetched, in bytes: of a longer row, the processor finds out by itself.
            const MOST: usize = 1024;
            let document = self.bytes();
            // A row has a header as well, of less than a line.
            for line in 1..=document.len().min(MOST) / LINE + 2 {
                let before = document.as_ptr().wrapping_sub(line * LINE);
                // SAFETY: it is a hint, and does nothing where there is no such memory.
                unsafe { _mm_prefetch::<_MM_HINT_T0>(before.cast()) };
            }
        }
    }

    /// Whether the document is read where a page of its table is kept: not in a row that is being made, nor detoasted.
    #[cfg(target_arch = "x86_64")]
    fn is_in_shared_buffers(&self) -> bool {
        // SAFETY: both are set once, before this backend starts.
        let (start, count) = unsafe { (pg_sys::BufferBlocks, pg_sys::NBuffers) };
        let size = usize::try_from(count).unwrap_or(0) * pg_sys::BLCKSZ as usize;
        self.0.detoasted.addr().wrapping_sub(start.addr()) < size
    }
}

/// A `text` argument: the name of a contract type, not looked at before it is asked for.
pub struct TypeName(pg_sys::Datum);

impl TypeName {
    /// # Safety
    ///
    /// As of [`Varlena::of`], for a datum of type text.
    pub unsafe fn of(datum: pg_sys::Datum) -> Self {
        Self(datum)
    }

    pub fn is(&self, name: &str) -> bool {
        self.varlena().bytes() == name.as_bytes()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.varlena().bytes()).into_owned()
    }

    fn varlena(&self) -> Varlena {
        // SAFETY: who made this has promised it.
        unsafe { Varlena::of(self.0) }
    }
}

macro_rules! varlena_argument {
    ($argument:ident, $sql:literal) => {
        impl FromDatum for $argument {
            // SAFETY (of the caller): the datum is of the type that the argument declares, and lives as long as the result.
            #[inline]
            unsafe fn from_polymorphic_datum(
                datum: pg_sys::Datum,
                is_null: bool,
                _: pg_sys::Oid,
            ) -> Option<Self> {
                // SAFETY: as for this function, and the datum is not NULL.
                (!is_null).then(|| unsafe { Self::of(datum) })
            }
        }

        // SAFETY: the argument is read as the type that `SqlTranslatable` declares for it.
        unsafe impl<'fcx> ArgAbi<'fcx> for $argument {
            #[inline]
            unsafe fn unbox_arg_unchecked(arg: Arg<'_, 'fcx>) -> Self {
                // SAFETY: the function is STRICT and declared with this argument's SQL type.
                unsafe { arg.unbox_arg_using_from_datum() }.expect("a STRICT function's argument")
            }
        }

        // SAFETY: the SQL type exists in every database, and its datum is a varlena.
        unsafe impl SqlTranslatable for $argument {
            const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!($argument);
            const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
            const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> =
                Ok(SqlMappingRef::literal($sql));
            const RETURN_SQL: Result<ReturnsRef, ReturnsError> =
                Ok(ReturnsRef::One(SqlMappingRef::literal($sql)));
        }
    };
}

varlena_argument!(Document, "jsonb");
varlena_argument!(TypeName, "text");

/// A `jsonb` result.
pub struct StoredJsonb(pub pg_sys::Datum);

// SAFETY: the datum is one of jsonb, as `SqlTranslatable` declares.
unsafe impl BoxRet for StoredJsonb {
    unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
        // SAFETY: the caller returns the datum; it lives as long as the call's memory context.
        unsafe { fcinfo.return_raw_datum(self.0) }
    }
}

// SAFETY: jsonb exists in every database.
unsafe impl SqlTranslatable for StoredJsonb {
    const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!(StoredJsonb);
    const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
    const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> = Ok(SqlMappingRef::literal("jsonb"));
    const RETURN_SQL: Result<ReturnsRef, ReturnsError> =
        Ok(ReturnsRef::One(SqlMappingRef::literal("jsonb")));
}
