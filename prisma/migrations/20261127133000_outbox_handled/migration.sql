-- CreateTable
CREATE TABLE "outbox_handled" (
    "outbox_id" BIGINT NOT NULL,
    "handler" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "outbox_handled_pkey" PRIMARY KEY ("outbox_id","handler")
);

-- AddForeignKey
ALTER TABLE "outbox_handled" ADD CONSTRAINT "outbox_handled_outbox_id_fkey" FOREIGN KEY ("outbox_id") REFERENCES "outbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;
