# Built with everything, run with little: the second stage is what a release is, without compiler, tests
# and embedded Postgres.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
ARG COMMIT=unknown
RUN COMMIT=$COMMIT node scripts/release.mjs --folder /release

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/we-care
COPY --from=build /release ./
RUN install -d -o node -g node "$DATA_DIR"
USER node
VOLUME /var/lib/we-care
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/bin/wecare"]
CMD ["serve"]
