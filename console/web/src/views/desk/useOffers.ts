import { computed, onBeforeUnmount, watch, watchEffect } from "vue";

import idle from "@/icons/idle.svg";
import offering from "@/icons/offer.svg";
import { useText } from "@/i18n";
import { useTime } from "@/parts/useTime";
import { useDesk } from "@/stores/desk";
import { useDirectory } from "@/stores/directory";
import { usePrefs } from "@/stores/prefs";

/** An offer is seen from other tabs, too: in title and icon, and as a notification where he wants one. */
export function useOffers(): void {
  const { t } = useText();
  const { until, duration } = useTime();
  const desk = useDesk();
  const directory = useDirectory();
  const prefs = usePrefs();
  const first = computed(() => desk.offers.find((offer) => !offer.accept_requested) ?? null);
  const who = (offer: { customer_name: string; customer_address: string }) =>
    offer.customer_name || offer.customer_address || t("list.unnamed");

  watchEffect(() => {
    const offer = first.value;
    document.title = offer ? t("offer.tab", { time: duration(until(offer.expires_at)), name: who(offer) }) : t("app.name");
  });

  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  let note: Notification | null = null;
  watch(
    () => first.value?.id,
    (id) => {
      if (icon) icon.href = id ? offering : idle;
      note?.close();
      note = null;
      const offer = first.value;
      if (offer && document.hidden && prefs.own.notify && "Notification" in window && Notification.permission === "granted") {
        note = new Notification(t("offer.notification", { name: who(offer), queue: directory.queueName(offer.queue) }), { tag: offer.id, icon: offering });
        note.onclick = () => window.focus();
      }
    },
    { immediate: true },
  );
  onBeforeUnmount(() => {
    note?.close();
    document.title = t("app.name");
    if (icon) icon.href = idle;
  });
}
