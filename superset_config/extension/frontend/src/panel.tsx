import React from "react";

export default function Panel() {
  return <p>Ask</p>;
}
