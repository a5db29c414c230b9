import type { WhyView } from "@/api/types";
import type { Text } from "@/i18n";

const RULES = ["longest_idle", "round_robin", "best_skill", "ring_all", "last_agent", "fewest_active"] as const;

/** Why this offer came to me, in sentences. */
export function whyMe(why: WhyView, t: Text): string[] {
  const rule = RULES.find((known) => known === why.rule);
  const said = [rule ? t(`offer.why.${rule}`) : t("offer.why.other", { rule: why.rule })];
  if (why.eligible_count === 1) said.push(t("offer.why.alone"));
  else if (why.eligible_count > 1) said.push(t("offer.why.ofMany", { n: why.eligible_count }));
  const needs = Object.entries(why.needs).map(([skill, level]) => `${skill} ${String(level)}`);
  if (needs.length) said.push(t("offer.why.needs", { skills: needs.join(", ") }));
  if (why.slack_s !== null && why.slack_s < 0) said.push(t("offer.why.passed"));
  // Where there was nobody else, no rule chose.
  return why.eligible_count === 1 && why.rule !== "last_agent" ? said.slice(1) : said;
}
