import type { Key, Text } from "@/i18n";
import en from "@/i18n/en";

/** A channel in words. One that an admin has named in the config file is called what he called it. */
export const channelName = (t: Text, channel: string): string =>
  Object.hasOwn(en.channel, channel) ? t(`channel.${channel}` as Key) : channel;
