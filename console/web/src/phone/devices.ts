/** Why there is no microphone, as the catalogue names it. */
export type MicProblem = "insecure" | "micRefused" | "micNone" | "micBusy";

export class NoMicrophone extends Error {
  constructor(readonly problem: MicProblem) {
    super(problem);
  }
}

/** What a browser's error means to who sits before it. */
export function micProblem(error: unknown): MicProblem {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "micRefused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "micNone";
  return "micBusy";
}

/** The microphone's sound. `id` empty: the system's; so too when the chosen one is not plugged in. Throws NoMicrophone. */
export async function openMicrophone(id: string): Promise<MediaStream> {
  if (!window.isSecureContext) throw new NoMicrophone("insecure");
  const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { ...wanted, ...(id ? { deviceId: { ideal: id } } : {}) } });
  } catch (error) {
    throw new NoMicrophone(micProblem(error));
  }
}

export interface Device {
  id: string;
  name: string;
}

export interface Devices {
  microphones: Device[];
  speakers: Device[];
}

/** What is plugged in. Names are empty until the microphone was allowed once. */
export async function listDevices(): Promise<Devices> {
  if (!window.isSecureContext) return { microphones: [], speakers: [] };
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): Device[] =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== "" && device.deviceId !== "default")
      .map((device) => ({ id: device.deviceId, name: device.label }));
  return { microphones: of("audioinput"), speakers: of("audiooutput") };
}

/** Loudness of a stream from 0 to 1, ten times a second, until the function returned is called. */
export function meter(stream: MediaStream, show: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // -60 dB is silence, -10 dB is loud speech.
    show(Math.min(1, Math.max(0, (10 * Math.log10(power + 1e-9) + 60) / 50)));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
