/** Each meaning has a colour and a shape; a word stands beside them. */
export const MOODS = ["available", "contact", "wrapup", "break", "gone", "offer"] as const;
export type Mood = (typeof MOODS)[number];

/** Of what an agent declares or is observed to be. */
export function moodOf(status: string): Mood {
  switch (status) {
    case "available":
      return "available";
    case "on_contact":
      return "contact";
    case "wrap_up":
      return "wrapup";
    case "not_responding":
      return "gone";
    default:
      return "break";
  }
}

/** Of what an agent does with a contact. */
export function moodOfPhase(phase: string): Mood {
  if (phase === "wrap_up") return "wrapup";
  if (phase === "held") return "offer";
  if (phase === "reconnecting") return "gone";
  return phase === "closed" ? "break" : "contact";
}
