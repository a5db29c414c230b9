import type { Text } from "@/i18n";

/** `account:ada` as people say it. */
export function whoText(t: Text, who: string): string {
  const [kind, name = ""] = who.split(/:(.*)/s);
  if (kind === "account") return name;
  return kind === "token" ? t("settings.audit.token", { id: name }) : t("settings.audit.nobody");
}
