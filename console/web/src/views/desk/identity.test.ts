import { describe, expect, it } from "vitest";

import { identityOf } from "./identity";

describe("what somebody typed", () => {
  it("is the kind it looks like", () => {
    expect(identityOf(" Ann@Example.com ")).toEqual({ kind: "email", value: "Ann@Example.com" });
    expect(identityOf("+49 (30) 123-456")).toEqual({ kind: "phone", value: "+49 (30) 123-456" });
    expect(identityOf("030123456").kind).toBe("phone");
    expect(identityOf("K-17").kind).toBe("account");
    expect(identityOf("17").kind).toBe("account");
  });
});
