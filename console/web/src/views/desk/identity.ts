import type { IdentityBody } from "@/api/types";

/** What somebody typed, as the kind it looks like: with @ mail, of digits a number, else an account. */
export function identityOf(typed: string): IdentityBody {
  const value = typed.trim();
  if (value.includes("@")) return { kind: "email", value };
  return { kind: /^\+?[\d ()./-]{5,}$/.test(value) ? "phone" : "account", value };
}
