import type { ProfileView, QueueView } from "@/api/types";

interface With { id: string; name: string; level: number }
export interface SkillRow { skill: string; agents: With[]; queues: With[] }

/** Each skill with who has it, the best first, and which queues ask for it, with the most they ask. */
export function skillTable(
  agents: readonly Pick<ProfileView, "id" | "name" | "skills">[],
  queues: readonly Pick<QueueView, "id" | "name" | "skills" | "rings">[],
): SkillRow[] {
  const asked = queues.map((queue) => ({ ...queue, skills: most([queue.skills, ...queue.rings.map((ring) => ring.skills ?? {})]) }));
  const names = new Set([...agents, ...asked].flatMap(({ skills }) => Object.keys(skills)));
  const having = (entries: readonly { id: string; name: string; skills: Record<string, number> }[], skill: string): With[] =>
    entries
      .flatMap(({ id, name, skills }) => (skills[skill] === undefined ? [] : [{ id, name: name || id, level: skills[skill] }]))
      .sort((a, b) => b.level - a.level || a.name.localeCompare(b.name));
  return [...names].sort().map((skill) => ({ skill, agents: having(agents, skill), queues: having(asked, skill) }));
}

function most(records: readonly Record<string, number>[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [skill, level] of records.flatMap(Object.entries) as [string, number][]) found[skill] = Math.max(level, found[skill] ?? 0);
  return found;
}
