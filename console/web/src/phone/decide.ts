import type { DeskInteraction, OfferView } from "@/api/types";

/** A call that rings at this page. `callId`: the switch makes it the id of the leg. */
export interface Ringing {
  callId: string;
  number: string;
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
  const interaction = interactionOf(call, desk);
  if (call.auto) return { do: "answer", because: "mine", offer: null };
  if (interaction && isMine(interaction, desk.agent)) return { do: "answer", because: "mine", offer: null };
  const offer = offerOf(call, desk, interaction);
  if (offer) {
    if (offer.accept_requested || wishes.accepted.has(offer.id)) {
      return { do: "answer", because: "accepted", offer: offer.id };
    }
    if (wishes.autoAnswer) return { do: "answer", because: "auto", offer: offer.id };
    return { do: "ring", offer: offer.id, interaction: offer.interaction_id };
  }
  // A leg that stays connected belongs to no contact when it is called.
  if (wishes.nailedUp && !interaction) return { do: "answer", because: "nailed-up", offer: null };
  return { do: "ring", offer: null, interaction: interaction?.id ?? null };
}

function interactionOf(call: Ringing, desk: Desk): DeskInteraction | null {
  const byLeg = desk.interactions.find((i) => i.legs.some((leg) => leg.id === call.callId));
  if (byLeg) return byLeg;
  const byNumber = desk.interactions.filter((i) => sameNumber(i.customer_address, call.number));
  return byNumber.length === 1 ? (byNumber[0] ?? null) : null;
}

function offerOf(call: Ringing, desk: Desk, interaction: DeskInteraction | null): OfferView | null {
  if (interaction) return desk.offers.find((offer) => offer.interaction_id === interaction.id) ?? null;
  const byNumber = desk.offers.filter((offer) => sameNumber(offer.customer_address, call.number));
  if (byNumber.length === 1) return byNumber[0] ?? null;
  // A withheld number says nothing; with one offer alone there is no doubt whose call it is.
  return desk.offers.length === 1 ? (desk.offers[0] ?? null) : null;
}

/** He is in it and not only asked, or he was when his phone was lost. */
function isMine(interaction: DeskInteraction, agent: string): boolean {
  const segment = interaction.segments.find((s) => s.id === interaction.my_segment);
  if (segment) return ["connecting", "talking", "held", "reconnecting", "consulted"].includes(segment.phase);
  const last = interaction.segments.at(-1);
  return last?.agent === agent && last.ended_by === "lost";
}

const digits = (number: string): string => number.replace(/\D/g, "");

function sameNumber(one: string, other: string): boolean {
  const [a, b] = [digits(one), digits(other)];
  return a.length > 2 && a === b;
}
