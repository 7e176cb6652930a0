-- CreateTable
CREATE TABLE "project_watch" (
    "project_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "rhythm" TEXT NOT NULL,
    "told_to" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "project_watch_pkey" PRIMARY KEY ("project_id","user_id")
);

-- AddForeignKey
ALTER TABLE "project_watch" ADD CONSTRAINT "project_watch_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_watch" ADD CONSTRAINT "project_watch_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
