import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp, h, nextTick } from "vue";

import TwiceButton from "./TwiceButton.vue";

describe("what takes two presses", () => {
  const act = vi.fn();
  let button: HTMLButtonElement;
  beforeEach(() => {
    vi.useFakeTimers();
    act.mockClear();
    const host = document.createElement("div");
    document.body.append(host);
    createApp(() => h(TwiceButton, { label: "Barge in", again: "Again", onAct: act })).mount(host);
    button = host.querySelector("button") as HTMLButtonElement;
  });
  afterEach(() => void vi.useRealTimers());

  it("is not done by the first, and says so", async () => {
    button.click();
    await nextTick();
    expect(act).not.toHaveBeenCalled();
    expect(button.textContent).toBe("Again");
  });
  it("is done by the second, once", () => {
    button.click();
    button.click();
    button.click();
    expect(act).toHaveBeenCalledOnce();
  });
  it("is not done by a second that comes later than 3 s", () => {
    button.click();
    vi.advanceTimersByTime(3001);
    button.click();
    expect(act).not.toHaveBeenCalled();
  });
  it("is not done by a second after the focus went elsewhere", () => {
    button.click();
    button.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    button.click();
    expect(act).not.toHaveBeenCalled();
  });
});
