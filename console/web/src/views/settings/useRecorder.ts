import { onBeforeUnmount, ref, shallowRef } from "vue";

/** A recording from this computer's microphone. `refused`: the browser gives none. */
export function useRecorder() {
  const recording = ref(false);
  const refused = ref(false);
  const sound = shallowRef<Blob | null>(null);
  let recorder: MediaRecorder | null = null;

  async function start(): Promise<void> {
    refused.value = false;
    sound.value = null;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      refused.value = true;
      return;
    }
    const pieces: Blob[] = [];
    const mine = new MediaRecorder(stream);
    recorder = mine;
    mine.ondataavailable = ({ data }) => pieces.push(data);
    mine.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      sound.value = new Blob(pieces, { type: mine.mimeType });
      recording.value = false;
    };
    mine.start();
    recording.value = true;
  }
  const stop = (): void => {
    if (recorder?.state === "recording") recorder.stop();
  };
  onBeforeUnmount(stop);
  return { recording, refused, sound, start, stop };
}
