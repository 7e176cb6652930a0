-- An approver may let the yes of somebody outside be the approval, in the approver's name.
ALTER TABLE "outside_review" ADD COLUMN "decides" BOOLEAN NOT NULL DEFAULT false;
