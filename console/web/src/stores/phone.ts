import { defineStore } from "pinia";
import { computed, ref, shallowRef, watch } from "vue";

import { Refusal } from "@/api/client";
import { reconnect } from "@/api/desk";
import type { PhoneView } from "@/api/types";
import { decide, type Decision } from "@/phone/decide";
import { NoMicrophone, openMicrophone, type MicProblem } from "@/phone/devices";
import { beep, ring } from "@/phone/ring";
import type { PhoneCall, Registration, Softphone } from "@/phone/softphone";
import { bePhone, TAB, wasPhone } from "@/phone/tabs";

import { useDesk } from "./desk";
import { useLive } from "./live";
import { usePrefs } from "./prefs";
import { useSession } from "./session";

/** What there is to say of the phone, in the catalogue's words. */
export type PhoneState =
  | { is: "off" | "lab" | "own" | "notSetUp" | "noPassword" | "elsewhere" | MicProblem }
  | Registration;

/** Until a question to which no answer came is asked once more. */
const ASK_AGAIN_MS = 2000;

type Usable = PhoneView & { url: string; ha1: string };

/** The agent's phone: the one in this page, one in another tab, or one on his desk. */
export const usePhone = defineStore("phone", () => {
  const session = useSession();
  const prefs = usePrefs();
  const live = useLive();
  const desk = useDesk();

  const registration = ref<Registration>({ is: "connecting" });
  const mic = ref<MicProblem | null>(null);
  const call = ref<PhoneCall | null>(null);
  const lost = ref<string | null>(null);
  const muted = ref(false);
  const taken = ref(false);
  const accepted = shallowRef(new Set<string>());
  let phone: Softphone | null = null;
  let release: () => void = () => undefined;
  let starting = false;

  const view = computed(() => session.view?.phone ?? null);
  const account = computed(() => session.view?.account ?? "");
  /** The reason why this page can be no phone, whichever tab it is. */
  const without = computed<PhoneState | null>(() => {
    const phoneView = view.value;
    if (!phoneView) return { is: "off" };
    if (phoneView.lab) return { is: "lab" };
    if (prefs.own.phone === "own") return { is: "own" };
    if (!phoneView.url) return { is: "notSetUp" };
    if (!phoneView.ha1) return { is: "noPassword" };
    return window.isSecureContext ? null : { is: "insecure" };
  });
  const state = computed<PhoneState>(() => {
    if (without.value) return without.value;
    if (!taken.value) return live.holder && live.holder !== TAB ? { is: "elsewhere" } : { is: "connecting" };
    if (mic.value) return { is: mic.value };
    return registration.value;
  });
  /** The sound passes this page: mute and keypad are ours. */
  const here = computed(() => call.value?.state === "talking");
  const inPage = computed(() => without.value === null);

  // --- which tab ---------------------------------------------------------------------------------

  async function claim(take: boolean): Promise<void> {
    await live.claimPhone(TAB, take).catch(() => undefined);
  }

  watch(
    () => [live.up, live.holder, inPage.value] as const,
    async ([up, holder, can]) => {
      if (!can) {
        give("stop");
      } else if (holder === TAB) {
        await take();
      } else if (holder !== null) {
        give("leave");
      } else if (up) {
        await claim(await wasPhone(account.value));
      }
    },
    { immediate: true },
  );

  async function take(): Promise<void> {
    if (taken.value) return;
    taken.value = true;
    release = bePhone(account.value, () => give("leave"));
    await register();
  }

  function give(how: "leave" | "stop"): void {
    if (!taken.value) return;
    taken.value = false;
    release();
    phone?.[how]();
    phone = null;
    call.value = null;
  }

  const useHere = (): Promise<void> => claim(true);

  // --- the phone itself --------------------------------------------------------------------------

  /** Nobody is rung at a phone that cannot speak: the microphone first, then the switch. */
  async function register(): Promise<void> {
    if (starting || phone || !taken.value) return;
    starting = true;
    try {
      const [stream, { Softphone, stopTracks }] = await Promise.all([
        openMicrophone(prefs.own.microphone),
        import("@/phone/softphone"),
      ]);
      stopTracks(stream);
      mic.value = null;
      if (!taken.value) return;
      phone = new Softphone(view.value as Usable, {
        registration: (now) => (registration.value = now),
        call: (now, why) => {
          call.value = now;
          lost.value = why;
          if (!now) muted.value = false;
        },
        sound: (sound) => (audio.srcObject = sound),
      });
      phone.start();
    } catch (error) {
      if (!(error instanceof NoMicrophone)) throw error;
      mic.value = error.problem;
    } finally {
      starting = false;
    }
  }

  async function retry(): Promise<void> {
    if (phone) phone.registerAgain();
    else await register();
  }

  const audio = new Audio();
  audio.autoplay = true;
  watch(
    () => prefs.own.speaker,
    (id) => {
      if ("setSinkId" in audio) void audio.setSinkId(id).catch(() => undefined);
    },
    { immediate: true },
  );
  watch(
    () => prefs.own.microphone,
    async (id) => {
      if (here.value) await phone?.speakThrough(await openMicrophone(id)).catch(() => undefined);
    },
  );

  // --- what becomes of a call that rings -----------------------------------------------------------

  const decision = computed<Decision | null>(() => {
    if (call.value?.state !== "ringing" || !desk.me) return null;
    const wishes = { autoAnswer: prefs.own.autoAnswer, nailedUp: view.value?.nailed_up ?? false, accepted: accepted.value };
    return decide(call.value, { agent: desk.me.id, offers: desk.offers, interactions: desk.interactions }, wishes);
  });
  watch(decision, (now) => {
    if (now?.do !== "answer") return;
    if (now.because === "auto") beep(prefs.own.ringer);
    void answer();
  });

  async function answer(): Promise<void> {
    try {
      const stream = await openMicrophone(prefs.own.microphone);
      phone?.answer(stream);
    } catch (error) {
      if (!(error instanceof NoMicrophone)) throw error;
      mic.value = error.problem;
    }
  }

  // --- a talk whose sound was lost ------------------------------------------------------------------

  /** Since the phone registered it has had no call: a talk that is on is one of the page before. */
  let fresh = false;
  /** Counts questions to which no answer came. */
  const unanswered = ref(0);
  watch(registration, (now, before) => {
    if (now.is === "ready" && before.is !== "ready") fresh = true;
  });
  watch(
    () =>
      [
        registration.value.is === "ready" && taken.value && !session.lapsed,
        call.value !== null,
        desk.talking?.interaction.id,
        desk.talking?.segment.phase,
        unanswered.value,
      ] as const,
    ([ready, inCall, id, phase]) => {
      if (inCall) fresh = false;
      if (!ready || inCall || !id || !phase) return;
      const lostNow = phase === "reconnecting" || (fresh && ["talking", "held"].includes(phase));
      if (!lostNow) return;
      fresh = false;
      void takeBack(id);
    },
  );

  async function takeBack(id: string): Promise<void> {
    try {
      await reconnect(id);
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 0;
      if (status === 401) fresh = true; // once he has signed in again
      // Refused: the customer has gone meanwhile, and the desk says so.
      if (status >= 400 && status < 500) return;
      setTimeout(() => {
        fresh = call.value === null;
        unanswered.value++;
      }, ASK_AGAIN_MS);
    }
  }

  /** True: the call of this offer rings here and is answered now. Otherwise it will be as soon as it does. */
  function acceptHere(offer: string): boolean {
    if (decision.value?.do === "ring" && decision.value.offer === offer) {
      void answer();
      return true;
    }
    accepted.value = new Set([...accepted.value, offer]);
    return false;
  }

  const reject = (): void => phone?.reject();
  function mute(on: boolean): void {
    muted.value = on;
    phone?.mute(on);
  }
  const press = (key: string): void => phone?.press(key);

  // --- the ring ------------------------------------------------------------------------------------

  /** An offer rings here, unless another tab is the phone or something answers by itself. */
  const ringing = computed(() => {
    if (decision.value) return decision.value.do === "ring";
    if (state.value.is === "own" || state.value.is === "elsewhere") return false;
    return desk.offers.some((offer) => !offer.accept_requested && !accepted.value.has(offer.id));
  });
  let quiet: (() => void) | null = null;
  watch(ringing, (now) => {
    quiet?.();
    quiet = now ? ring(prefs.own.ringer) : null;
  });

  return { state, view, call, lost, muted, here, decision, ringing, useHere, retry, answer, acceptHere, reject, mute, press };
});
