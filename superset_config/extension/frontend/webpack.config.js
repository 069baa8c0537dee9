// One remote entry that Superset loads on every page, and chunks that are loaded when the panel or the page is opened.
const path = require("path");
const { EsbuildPlugin } = require("esbuild-loader");
const { ModuleFederationPlugin } = require("webpack").container;
const { peerDependencies } = require("./package.json");

// Superset's own copies: with `import: false` none of ours is bundled.
const shared = Object.fromEntries(
  Object.entries(peerDependencies).map(([name, requiredVersion]) => [name, { singleton: true, requiredVersion, import: false }]),
);

module.exports = {
  entry: {},
  output: {
    clean: true,
    // Flat: Superset refuses a bundle with folders in it.
    chunkFilename: "[name].[contenthash].js",
    path: path.resolve(__dirname, "dist"),
    // Where the remote entry came from, so that a Superset below a path of its own works too.
    publicPath: "auto",
    uniqueName: "analytics_agent_ask",
  },
  resolve: { extensions: [".tsx", ".ts", ".js"] },
  externalsType: "window",
  externals: { "@apache-superset/core": "superset" },
  module: {
    // A name that its module does not export is a fault now, and not undefined in somebody's browser.
    parser: { javascript: { exportsPresence: "error" } },
    rules: [{ test: /\.tsx?$/, loader: "esbuild-loader", options: { target: "es2020", jsx: "transform" }, exclude: /node_modules/ }],
  },
  optimization: { minimizer: [new EsbuildPlugin({ target: "es2020" })] },
  // Checked as a whole, compressed, when the bundle is made.
  performance: { hints: false },
  plugins: [
    new ModuleFederationPlugin({
      // publisher_name as Superset writes it; build.py puts the same into the manifest.
      name: "analytics_agent_ask",
      // Not `var`: the minifier wraps the file into a function, and Superset looks for it on the window.
      library: { type: "window", name: "analytics_agent_ask" },
      filename: "remoteEntry.[contenthash].js",
      exposes: { "./index": "./src/index.tsx" },
      shared,
    }),
  ],
};
