// What Superset runs on every page: registers the panel, and loads nothing of it before it is opened.
import React, { Suspense, lazy } from "react";
import { views } from "@apache-superset/core";

const Panel = lazy(() => import("./panel"));

views.registerView({ id: "analytics-agent.ask.panel", name: "Ask" }, "sqllab.rightSidebar", () => (
  <Suspense fallback={null}>
    <Panel />
  </Suspense>
));
