import { computed, type Ref } from "vue";

import * as api from "@/api/desk";
import { useAct } from "@/parts/useAct";
import type { Contact } from "@/stores/desk";
import { usePhone } from "@/stores/phone";

/** What can be done with the call of this contact, and what of it is on its way. */
export function useCall(contact: Ref<Contact>) {
  const phone = usePhone();
  const { pending, refusal, act } = useAct();
  const id = computed(() => contact.value.interaction.id);
  const phase = computed(() => contact.value.segment.phase);

  const talking = computed(() => phase.value === "talking" || phase.value === "held");
  const held = computed(() => phase.value === "held");
  /** He is only asked: the customer is another's. */
  const consulted = computed(() => phase.value === "consulted");
  const consult = computed(() => {
    const found = contact.value.interaction.consult;
    return found?.segment === contact.value.segment.id ? found : null;
  });
  const recording = computed(
    () => contact.value.interaction.recordings.find((r) => r.segment === contact.value.segment.id && r.ended_at === null) ?? null,
  );
  const paused = computed(() => recording.value?.paused ?? false);

  const hold = () => act("hold", () => (held.value ? api.resume(id.value) : api.hold(id.value)));
  const record = () => act("record", () => api.recording(id.value, paused.value ? "resume" : "pause"));
  const end = () => act("end", () => api.hangUp(id.value));
  const consulting = (verb: api.ConsultVerb) => act(verb, () => api.consulting(id.value, verb));
  const mute = (): void => phone.mute(!phone.muted);
  return { id, phase, talking, held, consulted, consult, recording, paused, pending, refusal, act, hold, record, end, consulting, mute };
}
