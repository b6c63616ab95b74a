//! `contract.guard`: the trigger that keeps versions from going down, and what reads its arguments.
//!
//! The write floor is one of the trigger's arguments: it is dumped, restored and replicated with the
//! table, and raising it takes the lock that waits for writers in flight. A BEFORE trigger sees what
//! the triggers before it have made of the row; one that fires after it could change the document
//! again, and is refused.

use crate::{check::VERSION_1, document::Document, registered, report};
use contract_core::{Registry, stored, version::check_write};
use pgrx::{
    FromDatum, PgLogLevel, PgMemoryContexts, PgSqlErrorCode, extension_sql, pg_extern, pg_guard,
    pg_sys, pg_sys::panic::ErrorReport, varlena::varsize_any,
};
use std::{ffi::CStr, slice};

extension_sql!(
    r"
CREATE FUNCTION guard() RETURNS trigger LANGUAGE c AS 'MODULE_PATHNAME', 'contract_guard';
COMMENT ON FUNCTION guard() IS
    'Keeps versions from going down: EXECUTE FUNCTION contract.guard(column, contract type, write floor)';
",
    name = "guard"
);

unsafe extern "C" {
    /// Postgres's function without the guard that pgrx puts around it for ERRORs: it computes where an
    /// attribute lies, and the guard would cost more than that, on each row. It is called while nothing
    /// is held that an ERROR (for lack of memory, from Postgres 17 on) would leave behind.
    fn SPI_getbinval(
        row: *mut pg_sys::HeapTupleData,
        row_type: pg_sys::TupleDesc,
        attribute: core::ffi::c_int,
        is_null: *mut bool,
    ) -> pg_sys::Datum;
}

/// What the arguments of a guard say, checked once a statement.
struct Site {
    attribute: i32,
    column: String,
    contract_type: String,
    floor: u32,
}

#[doc(hidden)]
#[unsafe(no_mangle)]
pub extern "C" fn pg_finfo_contract_guard() -> &'static pg_sys::Pg_finfo_record {
    &VERSION_1
}

/// The trigger function.
///
/// # Safety
///
/// Called by Postgres, with a valid `call`.
#[doc(hidden)]
#[unsafe(no_mangle)]
#[pg_guard]
#[allow(
    clippy::cast_ptr_alignment,
    reason = "the node is allocated as what its tag says"
)]
pub unsafe extern "C-unwind" fn contract_guard(call: pg_sys::FunctionCallInfo) -> pg_sys::Datum {
    // SAFETY: `call` is the running call; its context says whether it is one of a trigger.
    let trigger = unsafe {
        let context = (*call).context;
        let is_trigger = !context.is_null() && (*context).type_ == pg_sys::NodeTag::T_TriggerData;
        is_trigger.then(|| &*context.cast::<pg_sys::TriggerData>())
    };
    let Some(trigger) = trigger else {
        misused("contract.guard is a trigger function")
    };
    // SAFETY: a trigger's call has a flinfo. Only this function sets its fn_extra, to a `Site` that
    // lives as long as the flinfo's memory context; a flinfo belongs to one trigger of one statement.
    let site = unsafe {
        let flinfo = (*call).flinfo;
        if (*flinfo).fn_extra.is_null() {
            let site = Site::of(trigger);
            (*flinfo).fn_extra = PgMemoryContexts::For((*flinfo).fn_mcxt)
                .leak_and_drop_on_delete(site)
                .cast();
        }
        &*(*flinfo).fn_extra.cast::<Site>()
    };
    let is_update = event_of(trigger) == pg_sys::TRIGGER_EVENT_UPDATE;
    let (new, old) = if is_update {
        let old = Row {
            tuple: trigger.tg_trigtuple,
            slot: trigger.tg_trigslot,
        };
        let new = Row {
            tuple: trigger.tg_newtuple,
            slot: trigger.tg_newslot,
        };
        (new, Some(old))
    } else {
        let new = Row {
            tuple: trigger.tg_trigtuple,
            slot: trigger.tg_trigslot,
        };
        (new, None)
    };
    // Both datums before anything that is to be dropped: Postgres may raise an ERROR on the way.
    let new_datum = site.datum(trigger, &new);
    let old_datum = old.and_then(|old| site.datum(trigger, &old));
    if let Some(new_datum) = new_datum {
        site.check(trigger, new_datum, old_datum);
    }
    pg_sys::Datum::from(new.tuple)
}

/// A row of a trigger, in both forms that Postgres hands over.
struct Row {
    tuple: *mut pg_sys::HeapTupleData,
    slot: *mut pg_sys::TupleTableSlot,
}

/// INSERT, UPDATE, DELETE or TRUNCATE.
fn event_of(trigger: &pg_sys::TriggerData) -> u32 {
    trigger.tg_event & pg_sys::TRIGGER_EVENT_OPMASK
}

impl Site {
    /// Checks when the trigger fires, its arguments, and that no trigger fires after it.
    ///
    /// # Safety
    ///
    /// `trigger` is that of a running call.
    unsafe fn of(trigger: &pg_sys::TriggerData) -> Self {
        let event = event_of(trigger);
        let fires_well = trigger.tg_event & pg_sys::TRIGGER_EVENT_ROW != 0
            && trigger.tg_event & pg_sys::TRIGGER_EVENT_TIMINGMASK == pg_sys::TRIGGER_EVENT_BEFORE
            && [pg_sys::TRIGGER_EVENT_INSERT, pg_sys::TRIGGER_EVENT_UPDATE].contains(&event);
        if !fires_well {
            misused("contract.guard must be fired BEFORE INSERT OR UPDATE, FOR EACH ROW");
        }
        // SAFETY: a running trigger's definition and relation are valid.
        let (own, relation, arguments) = unsafe {
            let own = &*trigger.tg_trigger;
            let count = usize::try_from(own.tgnargs).unwrap_or_default();
            let arguments: Vec<String> = if count == 0 {
                Vec::new()
            } else {
                slice::from_raw_parts(own.tgargs, count)
                    .iter()
                    .map(|&argument| text_of(argument))
                    .collect()
            };
            (own, &*trigger.tg_relation, arguments)
        };
        let Ok([column, contract_type, floor]) = <[String; 3]>::try_from(arguments) else {
            misused("contract.guard takes three arguments: column, contract type, write floor")
        };
        // SAFETY: the relation is open, with its row type and its triggers.
        unsafe {
            refuse_later_triggers(relation, own);
            let attribute = column_of(relation, &column);
            // A floor below the read range is one from before that version was retired. The versions of a
            // registered contract type are its CHECK's to know.
            let known = match Registry::builtin().get(&contract_type) {
                Ok(contract) => 1..=*contract.read_range().end(),
                Err(_) if registered::function_of(&contract_type).is_some() => 1..=u32::MAX,
                Err(_) => report::unknown_contract_type(&contract_type),
            };
            let is_number = floor.bytes().all(|byte| byte.is_ascii_digit());
            let floor = match floor.parse() {
                Ok(floor) if is_number && known.contains(&floor) => floor,
                _ => misused(&format!(
                    "the write floor \"{floor}\" is no version of {contract_type}"
                )),
            };
            Self {
                attribute,
                column,
                contract_type,
                floor,
            }
        }
    }

    /// The document of a row as it is stored; `None` for NULL.
    fn datum(&self, trigger: &pg_sys::TriggerData, row: &Row) -> Option<pg_sys::Datum> {
        let mut is_null = false;
        // SAFETY: tuple and slot hold the same row of the trigger's relation, whose attribute is a
        // jsonb column. The slot has the values of its first `tts_nvalid` attributes at hand.
        let datum = unsafe {
            let index = usize::try_from(self.attribute).unwrap_or(usize::MAX) - 1;
            match row.slot.as_ref() {
                Some(slot) if i32::from(slot.tts_nvalid) >= self.attribute => {
                    is_null = *slot.tts_isnull.add(index);
                    *slot.tts_values.add(index)
                }
                _ => {
                    let row_type = (*trigger.tg_relation).rd_att;
                    SPI_getbinval(row.tuple, row_type, self.attribute, &raw mut is_null)
                }
            }
        };
        (!is_null).then_some(datum)
    }

    fn check(&self, trigger: &pg_sys::TriggerData, new: pg_sys::Datum, old: Option<pg_sys::Datum>) {
        // SAFETY: both are datums of the jsonb column, of the trigger's rows.
        let (new, old) = unsafe {
            if old.is_some_and(|old| stored_alike(old, new)) {
                return;
            }
            let old = old.and_then(|old| Document::from_datum(old, false));
            (Document::from_datum(new, false), old)
        };
        let Some(new) = new else { return };
        if old.as_ref().is_some_and(|old| old.bytes() == new.bytes()) {
            return;
        }
        let version_of = |document: &Document| stored::schema_version(document.bytes());
        let (version, previous) = (version_of(&new), old.as_ref().and_then(version_of));
        if let Err(refused) = check_write(version, previous, self.floor) {
            // SAFETY: the relation is open.
            let table = unsafe { text_of((*(*trigger.tg_relation).rd_rel).relname.data.as_ptr()) };
            report::write_refused(&report::Write {
                table: &table,
                column: &self.column,
                contract_type: &self.contract_type,
                version,
                previous,
                floor: self.floor,
                refused,
            });
        }
    }
}

/// Whether two values are stored in the same bytes: for one that is out of line, in the same place.
///
/// # Safety
///
/// Both are datums of a varlena type.
unsafe fn stored_alike(left: pg_sys::Datum, right: pg_sys::Datum) -> bool {
    // SAFETY: a varlena begins with its size, in whatever form it is stored.
    let bytes = |datum: pg_sys::Datum| unsafe {
        let varlena: *const pg_sys::varlena = datum.cast_mut_ptr();
        slice::from_raw_parts(varlena.cast::<u8>(), varsize_any(varlena))
    };
    bytes(left) == bytes(right)
}

/// The number of the column, which holds jsonb.
///
/// # Safety
///
/// `relation` is open.
unsafe fn column_of(relation: &pg_sys::RelationData, column: &str) -> i32 {
    // SAFETY: the relation has a row type as long as it is open.
    unsafe {
        let row_type = relation.rd_att;
        let name = std::ffi::CString::new(column).unwrap_or_default();
        let number = pg_sys::SPI_fnumber(row_type, name.as_ptr());
        if number <= 0 {
            misused(&format!(
                "there is no column \"{column}\"; was it renamed? then contract.unbind and contract.bind"
            ));
        }
        let stored_type = pg_sys::getBaseType(pg_sys::SPI_gettypeid(row_type, number));
        if stored_type != pg_sys::JSONBOID {
            misused(&format!("column \"{column}\" is not of type jsonb"));
        }
        number
    }
}

/// Refuses to run where another BEFORE trigger fires later and could change the document again.
///
/// # Safety
///
/// `relation` is open, and `own` is one of its triggers.
unsafe fn refuse_later_triggers(relation: &pg_sys::RelationData, own: &pg_sys::Trigger) {
    // SAFETY: a relation with a running trigger has a list of them, in the order they fire in.
    let triggers = unsafe {
        let list = &*relation.trigdesc;
        slice::from_raw_parts(
            list.triggers,
            usize::try_from(list.numtriggers).unwrap_or(0),
        )
    };
    // FOR EACH ROW, BEFORE, and INSERT or UPDATE (the bits of pg_trigger.tgtype).
    let changes_rows =
        |kind: i16| kind & 0b1 != 0 && kind & 0b10 != 0 && kind & (0b100 | 0b1_0000) != 0;
    let disabled = b'D'.cast_signed();
    let later = triggers
        .iter()
        .skip_while(|trigger| trigger.tgoid != own.tgoid)
        .find(|trigger| {
            changes_rows(trigger.tgtype)
                && trigger.tgfoid != own.tgfoid
                && trigger.tgenabled != disabled as core::ffi::c_char
        });
    if let Some(later) = later {
        // SAFETY: a trigger has a name.
        let (later, own) = unsafe { (text_of(later.tgname), text_of(own.tgname)) };
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "trigger \"{later}\" fires after \"{own}\" and could change the document again"
            ),
            "contract.guard",
        )
        .set_hint("Rename it: BEFORE triggers fire in the order of their names.")
        .report(PgLogLevel::ERROR);
    }
}

/// # Safety
///
/// `text` ends with NUL.
unsafe fn text_of(text: *const core::ffi::c_char) -> String {
    // SAFETY: as the caller says.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// 39P01: the trigger is not defined as it must be.
fn misused(message: &str) -> ! {
    ErrorReport::new(
        PgSqlErrorCode::ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED,
        message.to_owned(),
        "contract.guard",
    )
    .set_hint(
        "CREATE TRIGGER ... BEFORE INSERT OR UPDATE ON table FOR EACH ROW \
         EXECUTE FUNCTION contract.guard('column', 'contract_type', 'floor')",
    )
    .report(PgLogLevel::ERROR);
    unreachable!("an ERROR does not return")
}

/// The arguments of a trigger, from `pg_trigger.tgargs`: each ends with NUL.
#[pg_extern(immutable, strict, parallel_safe)]
fn trigger_arguments(tgargs: &[u8]) -> Vec<String> {
    let Some(arguments) = tgargs.strip_suffix(b"\0") else {
        return Vec::new();
    };
    arguments
        .split(|&byte| byte == 0)
        .map(|argument| String::from_utf8_lossy(argument).into_owned())
        .collect()
}
