/**
 * One tab of this browser is the phone.
 *
 * The server knows which of all pages of an account it is; the lock tells it within this browser at once, also
 * while the server is away, and goes with its tab.
 */

/** A page that is loaded anew is another one: the audio of the one before is gone. */
export const TAB = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const WAS = "tandem.wasPhone";

/** This tab was the phone before it was loaded anew; a tab that was copied from it finds the lock taken. */
export async function wasPhone(account: string): Promise<boolean> {
  if (sessionStorage.getItem(WAS) !== account) return false;
  return await navigator.locks.request(name(account), { ifAvailable: true }, (lock) => Promise.resolve(lock !== null));
}

/** Be the phone of this browser until `let go` is called; `lost` when another tab has taken it. */
export function bePhone(account: string, lost: () => void): () => void {
  let release: () => void = () => undefined;
  let mine = true;
  sessionStorage.setItem(WAS, account);
  navigator.locks
    .request(name(account), { steal: true }, () => new Promise<void>((resolve) => (release = resolve)))
    .catch(() => {
      if (mine) {
        sessionStorage.removeItem(WAS);
        lost();
      }
    });
  return () => {
    mine = false;
    sessionStorage.removeItem(WAS);
    release();
  };
}

const name = (account: string): string => `tandem-phone:${account}`;
