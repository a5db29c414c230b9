import { describe, expect, it } from "vitest";

import type { DeskInteraction, OfferView } from "@/api/types";

import { decide, type Desk } from "./decide";

const offer = (id: string): OfferView =>
  ({ id, interaction_id: `i-${id}`, agent: "ann", accept_requested: false }) as OfferView;

const interaction = (id: string, more: Partial<DeskInteraction> = {}): DeskInteraction =>
  ({ id, segments: [], my_segment: null, ...more }) as DeskInteraction;

const segment = (phase: string, ended_by: string | null = null, agent = "ann") =>
  ({ id: "s1", agent, phase, ended_by }) as DeskInteraction["segments"][number];

const call = { interaction: "i-a", auto: false };
const desk = (more: Partial<Desk> = {}): Desk => ({ agent: "ann", offers: [], interactions: [], ...more });
const wishes = { autoAnswer: false, nailedUp: false, accepted: new Set<string>() };

describe("a call that rings", () => {
  it("rings for its offer", () => {
    expect(decide(call, desk({ offers: [offer("a")] }), wishes)).toEqual({ do: "ring", offer: "a", interaction: "i-a" });
  });

  it("is that of its own offer, whoever else is offered", () => {
    const two = desk({ offers: [offer("b"), offer("a")], interactions: [interaction("i-b"), interaction("i-a")] });
    expect(decide(call, two, wishes)).toMatchObject({ do: "ring", offer: "a" });
    expect(decide({ ...call, interaction: "i-c" }, two, wishes)).toEqual({ do: "ring", offer: null, interaction: null });
  });

  it("is answered when the agent accepted before it was here", () => {
    const early = { ...wishes, accepted: new Set(["a"]) };
    expect(decide(call, desk({ offers: [offer("a")] }), early)).toMatchObject({ do: "answer", because: "accepted" });
    const asked = { ...offer("a"), accept_requested: true };
    expect(decide(call, desk({ offers: [asked] }), wishes)).toMatchObject({ do: "answer", because: "accepted" });
    expect(decide(call, desk({ offers: [offer("b")] }), early)).toMatchObject({ do: "ring" });
  });

  it("answers itself for who wants that, if it is an offer", () => {
    const auto = { ...wishes, autoAnswer: true };
    expect(decide(call, desk({ offers: [offer("a")] }), auto)).toMatchObject({ do: "answer", because: "auto" });
    expect(decide(call, desk(), auto)).toMatchObject({ do: "ring" });
  });

  it.each(["connecting", "talking", "held", "reconnecting", "consulted"])("is taken back when the contact is his already: %s", (phase) => {
    const mine = interaction("i-a", { segments: [segment(phase)], my_segment: "s1" });
    expect(decide(call, desk({ interactions: [mine] }), wishes)).toMatchObject({ do: "answer", because: "mine" });
  });

  it("is answered when the server says so, whatever the desk knows yet", () => {
    expect(decide({ ...call, auto: true }, desk(), wishes)).toMatchObject({ do: "answer", because: "mine" });
  });

  it("is taken back when his phone was lost in it", () => {
    const lost = interaction("i-a", { segments: [segment("closed", "lost")] });
    expect(decide(call, desk({ interactions: [lost], offers: [offer("a")] }), wishes)).toMatchObject({ because: "mine" });
  });

  it("rings when another one's phone was lost, or he only wraps up", () => {
    const theirs = interaction("i-a", { segments: [segment("closed", "lost", "bob")] });
    expect(decide(call, desk({ interactions: [theirs], offers: [offer("a")] }), wishes)).toMatchObject({ do: "ring", offer: "a" });
    const over = interaction("i-a", { segments: [segment("wrap_up", "customer")], my_segment: "s1" });
    expect(decide(call, desk({ interactions: [over] }), wishes)).toMatchObject({ do: "ring" });
  });

  it("stays connected where the phone is nailed up, but a consult still rings", () => {
    const nailed = { ...wishes, nailedUp: true };
    expect(decide({ ...call, interaction: null }, desk(), nailed)).toMatchObject({ do: "answer", because: "nailed-up" });
    expect(decide(call, desk({ interactions: [interaction("i-a")] }), nailed)).toMatchObject({ do: "ring", interaction: "i-a" });
  });
});
