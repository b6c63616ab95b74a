//! What can be wrong with a matrix, one change a rule.

/// For each rule a change of the matrix that it finds: what is replaced, and by what.
pub const DEFECTS: &[(&str, &str, &str)] = &[
    ("unreadable-cell", "| 2 weeks | Low |", "| soon | Low |"),
    (
        "mis-decoded-text",
        "| ✅ |\n\n## C",
        "| \u{201a}úÖ |\n\n## C",
    ),
    (
        "delimiter-row",
        "|---|---|---|---|---|---|\n| `nexus_cases` | `priority`",
        "|---|---|\n| `nexus_cases` | `priority`",
    ),
    (
        "bar-in-code",
        "| Direct isolation | ✅ Compliant |\n| `nexus_users`",
        "| `a|b` | ✅ Compliant |\n| `nexus_users`",
    ),
    (
        "short-row",
        "| T-1 | `urgency` | 2025-07-31 |",
        "| T-1 | 2025-07-31 |",
    ),
    ("unknown-column", "| Roles Covered |", "| Colour |"),
    ("doubled-symbol", "- ✅ All", "- ✅ ✅ All"),
    ("missing-section", "| Promotion ID |", "| Promotion |"),
    ("missing-field", "| ETA | Risk |", "| Time | Risk |"),
    ("missing-value", "| T-1 |", "| - |"),
    ("field-name", "| Min Version |", "| Min Ver |"),
    ("duplicate-row", "| PROMO-2 |", "| PROMO-1 |"),
    ("owner-spelling", "| security |", "| tea |"),
    (
        "scope-with-note",
        "| `nexus_tenants` | *Configuration* | `tenant_id` |",
        "| `nexus_tenants` | *Configuration* | `tenant_id` (PK) |",
    ),
    (
        "append-only-contradicted",
        "`created_at`\n- **Ledger** = what happened",
        "`created_at`, `updated_at`\n- **Ledger** = append-only: what happened",
    ),
    (
        "missing-write-floor",
        "| `priority` (expression index) | 1 |",
        "| `priority` (expression index) | - |",
    ),
    (
        "candidate-in-array",
        "| `settings.plan_config` |",
        "| `settings.plan_config[].price` |",
    ),
    (
        "promoted-key-indexed",
        "| 30 days |",
        "| 30 days (completed) |",
    ),
    (
        "authority-contradicts",
        "# A small matrix\n",
        "# A small matrix\n\n> It derives from a doctrine.\n\n1. **This document**, the highest authority\n",
    ),
    (
        "deprecation-in-rows",
        "UPDATE a SET a_sunset_at = now() + INTERVAL '7 months';",
        "ALTER TABLE a ADD COLUMN a_sunset_at date;\nUPDATE a SET a_sunset_at = now() + INTERVAL '7 months'\nWHERE a IS NOT NULL;",
    ),
    (
        "derived-scope-without-proof",
        "[RLS_COVERAGE.md](./RLS_COVERAGE.md#nexus_cases) (EXISTS policy)",
        "N/A",
    ),
    (
        "proof-without-exists",
        "./RLS_COVERAGE.md#nexus_cases) (EXISTS policy)",
        "https://example.com/RLS_COVERAGE.md#nexus_cases)",
    ),
    (
        "proof-target",
        "./RLS_COVERAGE.md#nexus_cases)",
        "./RLS_COVERAGE.md#nexus_case_messages)",
    ),
    (
        "undefined-scope",
        "- `derived:client_id/vendor_id` =",
        "- `derived:from_id/to_id` =",
    ),
    (
        "broken-scope-path",
        "`derived:case_id->client_id/vendor_id`",
        "`derived:case_id->owner_id`",
    ),
    (
        "scope-column-not-core",
        "`client_id`, `vendor_id`, `priority text null`",
        "`client_id`, `priority text null`",
    ),
    (
        "scope-differs",
        "| `nexus_users` | `tenant_id` | ✅ Yes",
        "| `nexus_users` | `owner_id` | ✅ Yes",
    ),
    (
        "notes-contradict-scope",
        "| Derived via client_id/vendor_id |",
        "| Derived via from_id/to_id |",
    ),
    (
        "core-columns-incomplete",
        "`sender_user_id`, `created_at`",
        "`sender_user_id`",
    ),
    (
        "unknown-immutable-column",
        "| `id` | `settings` |",
        "| `ids` | `settings` |",
    ),
    (
        "role-contradicts-definition",
        "| `nexus_users` | *Ledger* |",
        "| `nexus_users` | *Projection* |",
    ),
    (
        "contract-per-column",
        "| `preferences` | `user_preferences` |",
        "| `preferences`, `more` | `user_preferences` |",
    ),
    (
        "unregistered-contract-type",
        "| `preferences` | `user_preferences` |",
        "| `preferences` | `user_prefs` |",
    ),
    (
        "column-not-in-registry",
        "| `nexus_users.preferences` |",
        "| `nexus_users.settings` |",
    ),
    (
        "registry-column-not-in-table",
        "| `nexus_cases.metadata` |",
        "| `nexus_cases.metadata`, `nexus_cases.data` |",
    ),
    (
        "version-range",
        "| `priority` (expression index) | 1 |",
        "| `priority` (expression index) | 3 |",
    ),
    (
        "canonical-id-version",
        "| `CONTRACT-CASE-METADATA-V2` |",
        "| `CONTRACT-CASE-METADATA-V1` |",
    ),
    (
        "missing-migration-note",
        "| v1→v2: escalation_level |",
        "| - |",
    ),
    (
        "missing-header-key",
        "| `c.json` | `_schema_version`, `_context`, `type` |",
        "| `c.json` | `_schema_version`, `type` |",
    ),
    (
        "key-not-allowed",
        "| `priority` (expression index) |",
        "| `urgency` (expression index) |",
    ),
    (
        "unknown-contract-type",
        "| `case_metadata` | `CONTRACT",
        "| `case_metadate` | `CONTRACT",
    ),
    (
        "differs-from-manifest",
        "`ui`, `notifications`, `limits` | Yes",
        "`ui`, `notifications` | Yes",
    ),
    (
        "compliant-without-check",
        "`limits` | Yes | None",
        "`limits` | No | None",
    ),
    ("shared-validator", "`b.json`", "`a.json`"),
    (
        "missing-validator",
        "| None | None | team | `contracts/` |",
        "| None | None | team | N/A |",
    ),
    (
        "index-requirement-incomplete",
        "PK + case_id + sender_user_id indexed",
        "PK + case_id indexed",
    ),
    (
        "index-requirement-vague",
        "PK + client_id + vendor_id indexed",
        "PK + all IDs indexed",
    ),
    (
        "index-on-unlisted-column",
        "PK + client_id + vendor_id indexed",
        "PK + client_id + vendor_id + status indexed",
    ),
    (
        "gin-without-justification",
        "[INDEXES.md](./INDEXES.md#flags)",
        "None",
    ),
    (
        "gin-justified-by-a-plan",
        "[INDEXES.md](./INDEXES.md#flags)",
        "[PROMO-2](./INDEXES.md#flags)",
    ),
    (
        "justification-without-evidence",
        "./INDEXES.md#flags",
        "./INDEXES.md#nothing",
    ),
    (
        "justification-without-gin",
        "| `feature_flags` (GIN on the key) |",
        "| `feature_flags` (expression index) |",
    ),
    (
        "blanket-gin",
        "PK + tenant_id indexed | [INDEXES.md]",
        "PK + tenant_id + GIN on settings indexed | [INDEXES.md]",
    ),
    (
        "candidate-not-allowed",
        "| `settings.plan_config` |",
        "| `settings.plan` |",
    ),
    (
        "candidate-already-promoted",
        "| `metadata.escalation_level` |",
        "| `metadata.priority` |",
    ),
    (
        "candidate-with-condition",
        "| `metadata.escalation_level` |",
        "| `metadata.escalation_level` (if asked for) |",
    ),
    (
        "promotion-source",
        "| `preferences->'ui'->>'theme'` |",
        "| `preferences->'gui'->>'theme'` |",
    ),
    (
        "promotion-phases",
        "| ✅ Done | ✅ Done | ✅ Done | 30",
        "| ✅ Done | ✅ Done | 🔄 In Progress | 30",
    ),
    (
        "promoted-column-not-core",
        "| `priority text` |",
        "| `urgency text` |",
    ),
    (
        "promotion-to-jsonb",
        "| `ui_theme text` |",
        "| `ui_theme jsonb` |",
    ),
    (
        "unknown-promotion",
        "[INDEXES.md](./INDEXES.md#flags)",
        "[PROMO-9](./INDEXES.md#flags)",
    ),
    (
        "table-without-row-security",
        "| `nexus_users` | `tenant_id` | ✅ Yes",
        "| `nexus_sessions` | `tenant_id` | ✅ Yes",
    ),
    (
        "unknown-table",
        "| `nexus_users` | `tenant_id` | ✅ Yes",
        "| `nexus_sessions` | `tenant_id` | ✅ Yes",
    ),
    (
        "policy-not-listed",
        "| ✅ Yes | `rls:case_isolation` |",
        "| ✅ Yes | `rls:cases_isolation` |",
    ),
    (
        "row-security-off",
        "| `nexus_cases` | `derived:client_id/vendor_id` | ✅ Yes |",
        "| `nexus_cases` | `derived:client_id/vendor_id` | ❌ No |",
    ),
    ("bypass-without-role", "**Bypass Roles:**", "**Roles:**"),
    (
        "summary-count",
        "- RLS Enabled: 4 (100%)",
        "- RLS Enabled: 4 (90%)",
    ),
    (
        "claim-beyond-level",
        "| L2 Enforced | ✅ Compliant |\n| `nexus_users`",
        "| L1 Documented | ⚠️ Declared |\n| `nexus_users`",
    ),
    (
        "level-not-enforced",
        "| Critical | ✅ Implemented |",
        "| Critical | ⚠️ Pending |",
    ),
    (
        "claim-not-enforced",
        "| Critical | ✅ Implemented |",
        "| Critical | 🔄 In Progress |",
    ),
    (
        "status-contradicts-itself",
        "| Direct isolation | ✅ Compliant |\n| `nexus_users`",
        "| Direct isolation | ✅ Declared |\n| `nexus_users`",
    ),
    ("block-without-check", "| WARN |", "| BLOCK |"),
    ("missing-check", "| DRIFT-05 |", "| DRIFT-06 |"),
    ("unknown-check", "| DRIFT-05 |", "| DRIFT-06 |"),
    (
        "artifact-differs",
        "`reports/index-coverage.json`",
        "`reports/indexes.json`",
    ),
    ("sunset-too-early", "| 2025-07-31 |", "| 2025-07-30 |"),
    (
        "deprecated-column-not-core",
        "| `nexus_cases` | `priority` | 2025",
        "| `nexus_cases` | `urgency` | 2025",
    ),
    (
        "broken-link",
        "[A](#a-tables)",
        "[A](#a-table) and [more](more.md)",
    ),
    ("incomplete-contents", "3. [C](#c-promotions)\n", ""),
    (
        "file-with-two-paths",
        "The report comes from `scripts/report.mjs`.",
        "`report.mjs` is run as `scripts/report.mjs`.",
    ),
    (
        "dates-differ",
        "| 2025-07-31 |\n",
        "| 2025-07-31 |\n\n**Last Updated:** 2025-03-02\n",
    ),
    (
        "review-overdue",
        "**Next Review:** 2025-09-01",
        "**Next Review:** 2025-06-14",
    ),
];
