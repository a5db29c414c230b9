import type { PhoneSheet } from "@/api/types";

/** What softphones scan: a SIP address with its password and where to register. */
export function phoneUri(sheet: PhoneSheet): string {
  const [first] = sheet.registrars;
  const proxy = first ? `;proxy=${first.host}:${String(first.port)};transport=${first.transport}` : "";
  return `sip:${sheet.extension}:${encodeURIComponent(sheet.password)}@${sheet.domain}${proxy}`;
}
