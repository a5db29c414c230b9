import type { Key, Text } from "@/i18n";

/** The server's words for why an agent was passed over, and what ranks him, as patterns of our sentences. */
const KNOWN: [RegExp, Key, ...string[]][] = [
  [/^on_break$/, "status.on_break"],
  [/^not_responding$/, "status.not_responding"],
  [/^offline$/, "status.offline"],
  [/^on_break after this contact$/, "why.thenBreak"],
  [/^offline after this contact$/, "why.thenOffline"],
  [/^phone not registered$/, "why.unregistered"],
  [/^kept for (.+)$/, "why.keptFor", "agent"],
  [/^needs (\d+) units, has (\d+)$/, "why.units", "needs", "has"],
  [/^needs (\S+) (\d+), has (\d+)$/, "why.skill", "skill", "needs", "has"],
  [/^no more \S+ at once$/, "why.ceiling"],
  [/^has this contact already$/, "why.hasIt"],
  [/^had this offer a moment ago$/, "why.hadOffer"],
  [/^on a contact$/, "status.on_contact"],
  [/^in wrap-up$/, "status.wrap_up"],
  [/^offered a contact$/, "floor.doing.offered"],
  [/^at capacity$/, "why.full"],
  [/^idle for (\d+) s$/, "why.idle", "time"],
  [/^never asked, idle for (\d+) s$/, "why.neverAsked", "time"],
  [/^asked last at turn \d+, idle for (\d+) s$/, "why.askedLast", "time"],
  [/^(\d+) levels of what was asked for, idle for (\d+) s$/, "why.levels", "n", "time"],
  [/^has (\d+) contacts, idle for (\d+) s$/, "why.contacts", "n", "time"],
];

/** In the reader's language, where we know the words; else as the server has them. */
export function reasonWords(reason: string, t: Text, names: { agent: (id: string) => string; duration: (seconds: number) => string }): string {
  for (const [pattern, key, ...holes] of KNOWN) {
    const found = pattern.exec(reason);
    if (!found) continue;
    const named: Record<string, string | number> = {};
    holes.forEach((hole, n) => {
      const value = found[n + 1] ?? "";
      named[hole] = hole === "agent" ? names.agent(value) : hole === "time" ? names.duration(Number(value)) : hole === "n" ? Number(value) : value;
    });
    return t(key, named);
  }
  return reason;
}

const RULES = ["longest_idle", "round_robin", "best_skill", "ring_all", "last_agent", "fewest_active", "preferred_agent"] as const;

export function ruleWords(rule: string, t: Text): string {
  const known = RULES.find((name) => name === rule);
  return known ? t(`why.rule.${known}`) : rule;
}
