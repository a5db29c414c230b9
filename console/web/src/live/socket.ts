import { io, type Socket } from "socket.io-client";

import type { Refused } from "@/api/types";
import { inWords } from "@/i18n/said";

import type { Push } from "./copy";
import type { Ended, Wire } from "./feed";

/** How long an answer may take; the server answers in milliseconds or is not there. */
const ANSWER_MS = 8000;

export interface LiveSocket extends Wire {
  onPhone(take: (holder: string | null) => void): void;
  /** The server wants no connection of this session. */
  onRefused(take: (status: number, detail: string) => void): void;
  connect(): void;
  close(): void;
}

/** The one connection of this page. Comes back by itself, after 0.5 s and then ever more slowly to 5 s. */
export function liveSocket(): LiveSocket {
  const socket: Socket = io({
    path: "/live",
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.5,
    timeout: 8000,
  });
  return {
    ask: (event, data) => socket.timeout(ANSWER_MS).emitWithAck(event, data) as Promise<unknown>,
    onPush: (take) => void socket.on("push", (push: Push) => take(push)),
    onEnded: (take) => void socket.on("ended", (ended: Ended) => take(ended)),
    onPhone: (take) => void socket.on("phone", (phone: { holder: string | null }) => take(phone.holder)),
    onUp: (take) => {
      socket.on("connect", () => take(true));
      socket.on("disconnect", (reason) => {
        take(false);
        // Only what the server ended on purpose does not come back by itself.
        if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000);
      });
    },
    onRefused: (take) =>
      void socket.on("connect_error", (error: Error & { data?: Partial<Refused> }) => {
        if (error.data?.status) {
          take(error.data.status, inWords(error.data, error.data.detail ?? error.message));
          // A refusal ends socket.io's own attempts.
          if (error.data.status !== 401) setTimeout(() => socket.connect(), 5000);
        }
      }),
    connect: () => void socket.connect(),
    close: () => void socket.disconnect(),
  };
}
