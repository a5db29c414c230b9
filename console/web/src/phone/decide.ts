import type { DeskInteraction, OfferView } from "@/api/types";

/** A call that rings at this page. */
export interface Ringing {
  /** The contact it belongs to, as the call itself says; null for a leg that stays connected. */
  interaction: string | null;
  /** The server says that it is to be answered by itself: the contact is his already. */
  auto: boolean;
}

export interface Desk {
  agent: string;
  offers: OfferView[];
  interactions: DeskInteraction[];
}

export interface Wishes {
  autoAnswer: boolean;
  nailedUp: boolean;
  /** Offers that the agent accepted before the call was here. */
  accepted: ReadonlySet<string>;
}

export type Decision =
  /** "mine": he has this contact already, for he called, or his page was loaded anew in the middle of it. */
  | { do: "answer"; because: "mine" | "accepted" | "auto" | "nailed-up"; offer: string | null }
  | { do: "ring"; offer: string | null; interaction: string | null };

/** What becomes of a call that rings here. Asked again whenever the desk changes while it rings. */
export function decide(call: Ringing, desk: Desk, wishes: Wishes): Decision {
  const interaction = desk.interactions.find((i) => i.id === call.interaction) ?? null;
  if (call.auto) return { do: "answer", because: "mine", offer: null };
  if (interaction && isMine(interaction, desk.agent)) return { do: "answer", because: "mine", offer: null };
  const offer = desk.offers.find((o) => o.interaction_id === call.interaction);
  if (offer) {
    if (offer.accept_requested || wishes.accepted.has(offer.id)) {
      return { do: "answer", because: "accepted", offer: offer.id };
    }
    if (wishes.autoAnswer) return { do: "answer", because: "auto", offer: offer.id };
    return { do: "ring", offer: offer.id, interaction: offer.interaction_id };
  }
  // A leg that stays connected belongs to no contact when it is called.
  if (wishes.nailedUp && !call.interaction) return { do: "answer", because: "nailed-up", offer: null };
  return { do: "ring", offer: null, interaction: interaction?.id ?? null };
}

/** He is in it and not only asked, or he was when his phone was lost. */
function isMine(interaction: DeskInteraction, agent: string): boolean {
  const segment = interaction.segments.find((s) => s.id === interaction.my_segment);
  if (segment) return ["connecting", "talking", "held", "reconnecting", "consulted"].includes(segment.phase);
  const last = interaction.segments.at(-1);
  return last?.agent === agent && last.ended_by === "lost";
}
