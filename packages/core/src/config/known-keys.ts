/** Keys of the Python original that mean nothing to a headless text server, per place, with a hint where something else does the same. */
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
);

export const ignoredAgentKeys: IgnoredKeys = {
  ...plain("cwd", "mcp_servers", "hooks", "session_id", "subtask", "subagents", "memory", "tools"),
  voting_sensitivity: "`orchestrator.voting_sensitivity` holds for the whole team",
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
);

/** Families of such keys inside an agent or a backend, and what begins alike but is a provider's own. */
const ignoredPrefixes = ["enable_", "command_line_"];
const notIgnored = new Set(["enable_thinking", "enable_search"]);

/** Whether a key belongs to a family of tool settings of the Python original, such as `enable_web_search`. */
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
    "skip_coordination_rounds",
    "write_mode",
    "use_skills",
    "skills_directory",
    "enable_nlip",
    "nlip_config",
    "dspy",
    "debug_final_answer",
  ),
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

/** Types of the Python original that start a program on the user's machine. */
export const localToolTypes: ReadonlySet<string> = new Set(["claude_code", "codex", "ag2"]);

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
