"""`make augment-images`: a finished COCO set with changed copies of its images."""

from alignment.augmentation.settings import ImagesSettings
from alignment.augmentation.walk import augment_images
from alignment.command.enter import enter

if __name__ == "__main__":
    enter("augment_images", ImagesSettings, augment_images)
