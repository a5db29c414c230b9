/** Sounds made here, so that no file has to be loaded before the first call can be heard. */

type Sinkable = AudioContext & { setSinkId?: (id: string) => Promise<void> };

async function contextOn(sink: string): Promise<AudioContext> {
  const context: Sinkable = new AudioContext();
  // Where it cannot be chosen, or is not plugged in any more, the system's is better than silence.
  if (sink && context.setSinkId) await context.setSinkId(sink).catch(() => undefined);
  return context;
}

function tone(context: AudioContext, hz: number, at: number, length: number, loud: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loud, at + 0.02);
  gain.gain.setValueAtTime(loud, at + length - 0.04);
  gain.gain.linearRampToValueAtTime(0, at + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}

const EVERY_S = 3;

function peal(context: AudioContext): void {
  for (const [n, hz] of [660, 880, 660, 880].entries()) tone(context, hz, context.currentTime + n * 0.22, 0.2, 0.25);
}

/** Ring on that device until the function returned is called. `once`: to try it. */
export function ring(sink: string, once = false): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let stopped = false;
  let context: AudioContext | null = null;
  void contextOn(sink).then((made) => {
    context = made;
    if (stopped) return void made.close();
    peal(made);
    if (!once) timer = setInterval(() => peal(made), EVERY_S * 1000);
    else setTimeout(() => void made.close(), 1500);
    return undefined;
  });
  return () => {
    stopped = true;
    clearInterval(timer);
    if (context && context.state !== "closed") void context.close();
  };
}

/** What calls for a look: twice, and more often when it is critical. */
export function alarmTone(sink: string, critical: boolean): void {
  void contextOn(sink).then((context) => {
    for (let n = 0; n < (critical ? 4 : 2); n++) tone(context, n % 2 ? 440 : 587, context.currentTime + n * 0.3, 0.26, 0.2);
    setTimeout(() => void context.close(), 2000);
  });
}

/** A short sign that a call comes in by itself. */
export function beep(sink: string): void {
  void contextOn(sink).then((context) => {
    tone(context, 1000, context.currentTime, 0.25, 0.2);
    setTimeout(() => void context.close(), 1000);
  });
}
