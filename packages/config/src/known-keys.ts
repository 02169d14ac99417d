// Read from release 0.1.97 of the Python original (PyPI, `massgen`) on 2026-11-28: its validator, its backends' lists
// of settings that are not for the model, and its example files. tooling/python-original/check.mjs compares a newer
// release with this table.

/**
 * Keys of the Python original that a headless text server does not use, by place, with a hint if something else does
 * the same.
 */
export type IgnoredKeys = Readonly<Record<string, string | undefined>>;

function plain(...keys: string[]): IgnoredKeys {
  return Object.fromEntries(keys.map((key) => [key, undefined]));
}

export const ignoredTopLevelKeys = plain(
  "ui",
  "memory",
  "filesystem_memory",
  "hooks",
  "session_id",
  "skills",
  "nlip",
  "dspy",
  "rate_limits",
  "logging",
  "display",
  "task",
  "timeout",
);

export const ignoredAgentKeys: IgnoredKeys = {
  ...plain("cwd", "mcp_servers", "hooks", "session_id", "subtask", "subagents", "memory", "tools", "nlip"),
  append_system_prompt: "use `system_message`",
  voting_sensitivity: "`orchestrator.voting_sensitivity` applies to the whole team",
};

export const ignoredBackendKeys = plain(
  "cwd",
  "mcp_servers",
  "hooks",
  "session_id",
  "agent_id",
  "instance_id",
  "upload_files",
  "agent_temporary_workspace",
  "agent_temporary_workspace_parent",
  "context_paths",
  "context_write_access_enabled",
  "enforce_read_before_delete",
  "write_mode",
  "custom_tools",
  "custom_tools_path",
  "auto_discover_custom_tools",
  "allowed_tools",
  "disallowed_tools",
  "exclude_tools",
  "exclude_file_operation_mcps",
  "permission_mode",
  "concurrent_tool_execution",
  "max_concurrent_tools",
  "multimodal_config",
  "use_skills",
  "agent_config",
  "group_config",
  "shared_tools_directory",
  "exclude_custom_tools",
  "direct_mcp_servers",
  "permissions",
  "websocket_mode",
  "tool_search_variant",
  "debug_delay_seconds",
  "debug_delay_after_n_tools",
  "filesystem_session_id",
  "session_storage_base",
  "subagent_types",
  "main_agent",
  "nlip",
  "nlip_config",
  "use_mcpwrapped_for_tool_filtering",
  "use_no_roots_wrapper",
  "use_two_tier_workspace",
  "drift_conflict_policy",
  "learning_capture_mode",
  "image_generation_backend",
  "image_generation_model",
  "video_generation_backend",
  "video_generation_model",
  "audio_generation_backend",
  "audio_generation_model",
);

/** Reserved names of backend fields. They are not sent: a service's own field of such a name goes into `extra_body`. */
export const reservedBackendKeys: ReadonlySet<string> = new Set(["fallback"]);

/** Prefixes of such keys in an agent or a backend, and keys with these prefixes that belong to providers. */
const ignoredPrefixes = ["enable_", "command_line_"];
const notIgnored = new Set(["enable_thinking", "enable_search"]);

/**
 * Whether a key belongs to a family of tool settings of the Python original, such as `enable_web_search`; in
 * `orchestrator` too.
 */
export function isToolSetting(key: string): boolean {
  return !notIgnored.has(key) && ignoredPrefixes.some((prefix) => key.startsWith(prefix));
}

export const ignoredOrchestratorKeys: IgnoredKeys = {
  ...plain(
    "snapshot_storage",
    "agent_temporary_workspace",
    "session_storage",
    "context_paths",
    "coordination",
    "coordination_mode",
    "presenter_agent",
    "answer_novelty_requirement",
    "voting_threshold",
    "fairness_enabled",
    "fairness_lead_cap_answers",
    "max_midstream_injections_per_round",
    "disable_injection",
    "skip_voting",
    "vote_only",
    "skip_coordination_rounds",
    "defer_peer_updates_until_restart",
    "allow_midstream_peer_updates_before_checklist_submit",
    "max_checklist_calls_per_round",
    "checklist_first_answer",
    "checklist_require_gap_report",
    "gap_report_mode",
    "multimodal_config",
    "image_generation_backend",
    "image_generation_model",
    "video_generation_backend",
    "video_generation_model",
    "audio_generation_backend",
    "audio_generation_model",
    "type",
    "nlip",
    "docker",
    "voting",
    "subagents",
    "write_mode",
    "use_skills",
    "skills_directory",
    "enable_nlip",
    "nlip_config",
    "dspy",
    "debug_final_answer",
  ),
  max_turns: "`max_new_answers_per_agent` limits every agent",
  max_new_answers_global: "`max_new_answers_per_agent` limits every agent",
  defer_voting_until_all_answered: "the team never votes before all have answered",
  skip_final_presentation: "`final_answer: select` does this",
  final_answer_strategy: "`final_answer` decides this",
  timeout: "`timeout_settings` holds the limits",
};

export const ignoredTimeoutKeys: IgnoredKeys = {
  initial_round_timeout_seconds: "`agent_timeout_seconds` limits every call",
  subsequent_round_timeout_seconds: "`agent_timeout_seconds` limits every call",
  round_timeout_grace_seconds: undefined,
};

/** Top-level keys of MassGen's first file format, and what replaces each. */
export const firstFormatKeys: ReadonlyMap<string, string> = new Map([
  ["models", "list the models as `agents`, each with its `backend: { type, model }`"],
  ["model_configs", "each entry of `agents` has its own settings in its `backend`"],
  ["num_agents", "the team has one agent for each entry of `agents`"],
  ["max_rounds", "`orchestrator.max_new_answers_per_agent` limits the rounds"],
  ["consensus_threshold", "the most votes win, and `orchestrator.early_stop` ends a vote that is decided; remove it"],
  ["voting_enabled", "a team always votes unless its drafts agree; remove it"],
  ["enable_voting", "a team always votes unless its drafts agree; remove it"],
]);

/** Types of the Python original that run a coding agent or another framework on the user's machine. */
export const localToolTypes: ReadonlySet<string> = new Set([
  "claude_code",
  "codex",
  "copilot",
  "gemini_cli",
  "antigravity_cli",
  "ag2",
]);

/** Voting sensitivities of the Python original that are read as `balanced`. */
export const otherSensitivities = [
  "roi",
  "roi_conservative",
  "roi_balanced",
  "roi_aggressive",
  "sequential",
  "adversarial",
  "consistency",
  "diversity",
  "reflective",
  "checklist",
  "checklist_scored",
  "checklist_gated",
] as const;
