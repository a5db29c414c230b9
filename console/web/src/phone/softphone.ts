import { UA, WebSocketInterface } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";

import type { PhoneView } from "@/api/types";

/** The phone at the switch; `why` keys of the catalogue are made of `is`. */
export type Registration =
  | { is: "connecting" }
  | { is: "ready" }
  | { is: "unreachable" }
  | { is: "offline" }
  | { is: "wrongPassword" }
  | { is: "refused"; cause: string };

export interface PhoneCall {
  /** The contact it belongs to; null for a leg that stays connected. */
  interaction: string | null;
  number: string;
  auto: boolean;
  state: "ringing" | "answering" | "talking";
}

export interface Listener {
  registration(state: Registration): void;
  /** The one call there is, or none. `lost`: why it went, when nobody wanted it to. */
  call(call: PhoneCall | null, lost: string | null): void;
  /** What is heard. */
  sound(stream: MediaStream): void;
}

interface SipRequest {
  getHeader: (name: string) => string | undefined;
}

/** Wrong once is wrong until somebody changes it; the switch may block who asks on and on. */
const AGAIN_S = { wrongPassword: 60, other: 10 };
/** Candidates of one machine come at once; a server of candidates that does not answer is not waited for. */
const CANDIDATES_MS = 500;

/** A socket that can be left without a word: a BYE would end the customer's call, a lost phone does not. */
class LeavableSocket extends WebSocketInterface {
  private left = false;

  override connect(): void {
    if (!this.left) super.connect();
  }

  leave(): void {
    this.left = true;
    this.disconnect();
  }
}

/** A registered SIP phone with one call at a time. Create, `start`, then `leave` or `stop`. */
export class Softphone {
  private readonly socket: LeavableSocket;
  private readonly ua: UA;
  private session: RTCSession | null = null;
  private current: PhoneCall | null = null;
  private stream: MediaStream | null = null;
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly left = new AbortController();

  constructor(
    private readonly view: PhoneView & { url: string; ha1: string },
    private readonly listener: Listener,
  ) {
    this.socket = new LeavableSocket(view.url);
    // Where TLS ends at a proxy, the switch has a plain socket, and answers no Via that says otherwise.
    this.socket.via_transport = view.transport;
    this.ua = new UA({
      sockets: [this.socket],
      uri: view.uri,
      display_name: view.display_name,
      realm: view.realm,
      ha1: view.ha1,
      register: true,
      // Short, so that the switch forgets a page that has gone soon.
      register_expires: 60,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 10,
      user_agent: "Tandem",
    });
    this.listen();
  }

  start(): void {
    this.listener.registration({ is: "connecting" });
    this.ua.start();
    // A connection says nothing of a network that is gone until somebody sends something by it.
    const { signal } = this.left;
    addEventListener("offline", () => this.listener.registration({ is: "offline" }), { signal });
    addEventListener("online", () => this.backOnline(), { signal });
  }

  /** Go in peace: unregister; a call is hung up. */
  stop(): void {
    this.left.abort();
    clearTimeout(this.again);
    this.ua.removeAllListeners();
    this.ua.stop();
    this.forget();
  }

  /** Vanish, as a page does that is loaded anew: who is on the phone hears music, and another phone takes him back. */
  leave(): void {
    this.left.abort();
    clearTimeout(this.again);
    this.ua.removeAllListeners();
    this.socket.leave();
    this.session?.connection?.close();
    this.forget();
  }

  registerAgain(): void {
    clearTimeout(this.again);
    if (this.ua.isConnected()) this.ua.register();
  }

  /** Answer what rings, with this microphone's sound. */
  answer(stream: MediaStream): void {
    if (!this.session || this.current?.state !== "ringing") {
      stopTracks(stream);
      return;
    }
    this.stream = stream;
    this.change("answering");
    this.session.answer({
      mediaStream: stream,
      pcConfig: { iceServers: this.view.ice_servers as unknown as RTCIceServer[] },
    });
  }

  reject(): void {
    if (this.current?.state === "ringing") this.session?.terminate({ status_code: 486 });
  }

  hangUp(): void {
    this.session?.terminate();
  }

  mute(muted: boolean): void {
    if (muted) this.session?.mute({ audio: true });
    else this.session?.unmute({ audio: true });
  }

  press(key: string): void {
    const sender = this.session?.connection?.getSenders().find((s) => s.dtmf?.canInsertDTMF);
    if (sender?.dtmf) sender.dtmf.insertDTMF(key, 160, 70);
    else this.session?.sendDTMF(key, { duration: 160 });
  }

  /** Speak through another microphone from now on. */
  async speakThrough(stream: MediaStream): Promise<void> {
    const [track] = stream.getAudioTracks();
    const sender = this.session?.connection?.getSenders().find((s) => s.track?.kind === "audio");
    if (!track || !sender) {
      stopTracks(stream);
      return;
    }
    track.enabled = sender.track?.enabled ?? true;
    await sender.replaceTrack(track);
    stopTracks(this.stream);
    this.stream = stream;
  }

  private backOnline(): void {
    // Whether that still holds it asks; that it does is not told anew.
    this.listener.registration({ is: this.ua.isRegistered() ? "ready" : "connecting" });
    this.registerAgain();
  }

  private listen(): void {
    const tell = (state: Registration) => this.listener.registration(state);
    this.ua.on("connecting", () => tell({ is: "connecting" }));
    this.ua.on("disconnected", () => tell({ is: navigator.onLine ? "unreachable" : "offline" }));
    this.ua.on("registered", () => tell({ is: "ready" }));
    this.ua.on("registrationFailed", ({ response, cause }) => {
      const status = (response as { status_code?: number } | null)?.status_code;
      const wrong = status === 401 || status === 403 || status === 407;
      if (wrong) tell({ is: "wrongPassword" });
      else if (status === undefined) tell({ is: "unreachable" });
      else tell({ is: "refused", cause: `${String(status)} ${String(cause)}` });
      clearTimeout(this.again);
      this.again = setTimeout(() => this.registerAgain(), 1000 * (wrong ? AGAIN_S.wrongPassword : AGAIN_S.other));
    });
    this.ua.on("newRTCSession", (event: { originator: string; session: RTCSession; request: SipRequest }) => {
      if (event.originator === "remote") this.incoming(event.session, event.request);
    });
  }

  private incoming(session: RTCSession, request: SipRequest): void {
    if (this.session) {
      session.terminate({ status_code: 486 });
      return;
    }
    this.session = session;
    this.current = {
      interaction: request.getHeader("X-Tandem-Interaction") ?? null,
      number: session.remote_identity.uri.user,
      auto: request.getHeader("X-Tandem-Answer") === "auto",
      state: "ringing",
    };
    session.on("peerconnection", ({ peerconnection }) => {
      (peerconnection as unknown as RTCPeerConnection).addEventListener("track", (event) => {
        this.listener.sound(event.streams[0] ?? new MediaStream([event.track]));
      });
    });
    let waiting: ReturnType<typeof setTimeout> | undefined;
    session.on("icecandidate", ({ ready }) => {
      waiting ??= setTimeout(ready, CANDIDATES_MS);
    });
    session.on("confirmed", () => this.change("talking"));
    session.on("ended", ({ originator, cause }) => this.over(session, String(originator) === "remote" ? null : lostBy(cause)));
    session.on("failed", ({ cause }) => this.over(session, lostBy(cause)));
    this.listener.call(this.current, null);
  }

  private change(state: PhoneCall["state"]): void {
    if (!this.current) return;
    this.current = { ...this.current, state };
    this.listener.call(this.current, null);
  }

  private over(session: RTCSession, lost: string | null): void {
    if (session !== this.session) return;
    const answered = this.current?.state !== "ringing";
    this.forget();
    this.listener.call(null, answered ? lost : null);
  }

  private forget(): void {
    this.session = null;
    this.current = null;
    stopTracks(this.stream);
    this.stream = null;
  }
}

export function stopTracks(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Of JsSIP's causes, those that nobody wanted. */
function lostBy(cause: string): string | null {
  return ["Terminated", "Canceled", "Rejected", "Busy", "No Answer", "Expires"].includes(cause) ? null : cause;
}
