import { createRouter, createWebHistory, type RouteLocationNormalizedLoaded, type RouteRecordRaw } from "vue-router";

import type { SessionView } from "@/api/types";
import type { Key } from "@/i18n";
import type { IconName } from "@/parts/icons";

export interface View {
  name: string;
  path: string;
  text: Key;
  icon: IconName;
  /** Who sees the entry in the rail, and may open it. */
  may: (session: SessionView) => boolean;
}

/** Who may see what was done may see how things are set up: admins, and auditors to read. */
export const SETTINGS_RIGHT = "GET /api/v1/audit";

/** What the rail shows, from above. A new view is a line here and a lazy route below. */
export const VIEWS: readonly View[] = [
  { name: "desk", path: "/desk", text: "views.desk", icon: "desk", may: (session) => session.agent !== null },
  { name: "floor", path: "/floor", text: "views.floor", icon: "floor", may: (session) => session.rights.includes("SOCKET open floor") },
  { name: "settings", path: "/settings", text: "views.settings", icon: "settings", may: (session) => session.rights.includes(SETTINGS_RIGHT) },
];

/** Settings are a lazy view each; what is not a page of its own is a kind of entry. */
const settings: RouteRecordRaw = {
  path: "/settings",
  component: () => import("./views/settings/SettingsView.vue"),
  children: [
    { path: "", name: "settings", redirect: "/settings/queues" },
    { path: "skills", component: () => import("./views/settings/SkillsPage.vue") },
    { path: "tokens", component: () => import("./views/settings/TokensPage.vue") },
    { path: "prompts/:id?", component: () => import("./views/settings/PromptsPage.vue") },
    { path: "audit", component: () => import("./views/settings/AuditPage.vue") },
    { path: "file", component: () => import("./views/settings/SetupFilePage.vue") },
    { path: ":kind/:id?", component: () => import("./views/settings/KindView.vue") },
  ],
};

const routes: RouteRecordRaw[] = [
  { path: "/", name: "home", component: () => import("./views/HomeView.vue") },
  { path: "/desk", name: "desk", component: () => import("./views/desk/DeskView.vue") },
  { path: "/floor/:kind(queue|agent|contact)?/:id?", name: "floor", component: () => import("./views/floor/FloorView.vue") },
  settings,
  { path: "/:rest(.*)*", redirect: "/" },
];

export const router = createRouter({ history: createWebHistory(), routes });

/** The views of this session, in the order of the rail. */
export const viewsOf = (session: SessionView): View[] => VIEWS.filter((view) => view.may(session));

/** A screen on the wall: nobody is at it. */
export const isWall = (route: RouteLocationNormalizedLoaded): boolean => route.name === "floor" && route.query.wall === "1";
