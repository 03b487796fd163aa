# `make help` lists what there is.
SHELL := /bin/sh
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help

.PHONY: help
help: ## List targets and variables
	@echo "targets:"
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'
	@echo "variables:"
	@sed -n 's/^\([A-Z][A-Z_]*\) *?= *## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

REAL ?= ## your set: a folder or file in COCO JSON, Pascal VOC or YOLO; empty: the embedded set
CATEGORY ?= ## category to align, or several: chair,diningtable; empty: the only one, or the only one served
OUT ?= ## folder of the dataset; empty: out/<set>-<category>
FORMAT ?= ## coco, voc, yolo, ... (docs/formats.md); empty: found by looking
SET ?= ## filter, shapes, augment: the COCO set that is held against REAL; augment-images: what is copied; infer: a rendered one to learn from; improve: what is improved; empty: one is rendered first; export: what is written; develop: what is developed
TO ?= ## export: yolo, voc, coco, roboflow, createml, labelstudio, fiftyone or hf
BACKGROUNDS ?= ## fragments: a folder of photos without a thing, beside those that are painted
ATTRIBUTE ?= ## rate: which predicted attribute; empty: the first
SETS ?= ## evaluate, judge: COCO sets that are compared or trained on, parted by spaces; explore: sets that are looked at; join: sets that become one
TEST ?= ## judge, improve: labelled photos that judge; empty: those that splits.json keeps for the test
SEEDS ?= ## judge, improve: how often each training is repeated; empty: 3
ROUNDS ?= ## improve: at most so many; empty: 3
ALIGN ?= ## improve: further words of make align for its scenes, such as pool=quick engine=paste
PREDICTIONS ?= ## evaluate: COCO results of a detector on REAL, trained on the first of SETS; explore: of any
PORT ?= ## explore: of localhost; empty: 8632
EXPORT ?= ## explore: a folder for a page that needs no server; empty: serve
WEIGHTS ?= ## a folder of pretrained features' weights: docs/features.md
MESHES ?= ## a folder of your own meshes, a subfolder a category: docs/assets.md
FRAGMENTS ?= ## a folder of cut-outs of your photos, as make fragments writes it: docs/cutouts.md; augment-images: pasted into copies
IMAGES ?= ## how many images; empty: 40; improve: of each round, 200; join: of each set, all; filter: so many stay
SEED ?= ## seed of the run; empty: 0
QUALITY ?= ## sketch, draft, standard or final; empty: standard
OPTIONS ?= ## further Hydra KEY=VALUE words for conf/align.yaml
TESTS ?= ## what pytest is given by make test; empty: everything

# Paths go through the environment, where neither a shell nor the override grammar reads them.
$(foreach name,REAL CATEGORY OUT FORMAT MESHES FRAGMENTS SET SETS TEST TO PREDICTIONS EXPORT WEIGHTS BACKGROUNDS ALIGN,$(if $(value $(name)),$(eval export TWINSET_$(name) := $$(value $(name)))))
WORDS = $(if $(IMAGES),images=$(IMAGES)) $(if $(SEED),seed=$(SEED)) $(if $(QUALITY),quality=$(QUALITY)) $(OPTIONS)

.PHONY: align
align: setup ## Boxes in, an aligned rendered dataset and its report out
	@$(PYTHON) -m alignment.align.main $(WORDS)

.PHONY: plan
plan: setup ## The same without the rendering: plan, previewed metadata, report
	@$(PYTHON) -m alignment.align.main render=false $(WORDS)

.PHONY: filter
filter: setup ## A new set without those images of SET that look like nothing in REAL, or of the IMAGES most alike
	@$(PYTHON) -m alignment.curation.main $(if $(IMAGES),threshold.rule=keep threshold.keep=$(IMAGES)) $(OPTIONS)

.PHONY: filter-boxes
filter-boxes: setup ## The same box by box: only annotations go, images stay
	@$(PYTHON) -m alignment.curation.main what=boxes $(OPTIONS)

.PHONY: blackbox
blackbox: setup ## The same, the boxes painted black
	@$(PYTHON) -m alignment.curation.main what=blackbox $(OPTIONS)

.PHONY: shapes
shapes: setup ## Which shapes of SET look least like REAL, and the OPTIONS that leave them out
	@$(PYTHON) -m alignment.curation.main what=shapes $(if $(SEED),seed=$(SEED)) $(OPTIONS)

.PHONY: augment
augment: setup ## More scenes like those of SET that look most like REAL, rendered
	@$(PYTHON) -m alignment.curation.main what=augment $(if $(IMAGES),augment.images=$(IMAGES)) $(if $(SEED),seed=$(SEED)) $(if $(QUALITY),quality=$(QUALITY)) $(OPTIONS)

.PHONY: augment-images
augment-images: setup ## SET with copies of its images mirrored, turned, resized and relit, labels with them
	@$(PYTHON) -m alignment.augmentation.main $(if $(IMAGES),images=$(IMAGES)) $(if $(SEED),seed=$(SEED)) $(OPTIONS)

.PHONY: join
join: setup ## SETS as one set, IMAGES of each or all: such as renders and pasted cut-outs
	@$(PYTHON) -m alignment.joining.main $(if $(IMAGES),images=$(IMAGES)) $(if $(SEED),seed=$(SEED)) $(OPTIONS)

.PHONY: status
status: setup ## How far the job in OUT is, running or dead: images, pace, workers, failures
	@$(PYTHON) -m render.status

.PHONY: merge
merge: setup ## Merge what is finished in OUT into annotations.json and metadata.parquet
	@$(PYTHON) -m render.merge

.PHONY: evaluate
evaluate: setup ## How near each of SETS comes to REAL, metadata and features beside their floors
	@$(PYTHON) -m alignment.evaluation.main $(if $(SEED),seed=$(SEED)) $(OPTIONS)

.PHONY: judge
judge: setup ## Train a detector on each of SETS, on photos of REAL and on both; which is best on TEST
	@$(PYTHON) -m alignment.detection.main $(if $(IMAGES),training.images=$(IMAGES)) $(if $(SEEDS),training.seeds=$(SEEDS)) $(if $(SEED),seed=$(SEED)) $(OPTIONS)

.PHONY: improve
improve: setup ## Rounds of: train, see what photos of REAL show and it misses, render more like that
	@$(PYTHON) -m alignment.improvement.main $(if $(ROUNDS),rounds=$(ROUNDS)) $(if $(IMAGES),images=$(IMAGES)) $(if $(SEEDS),training.seeds=$(SEEDS)) $(if $(SEED),seed=$(SEED)) $(if $(QUALITY),preset=$(QUALITY)) $(OPTIONS)

.PHONY: infer
infer: setup ## What boxes of REAL do not tell (depth, occlusion, ...), learned from renders
	@$(PYTHON) -m alignment.inference.main $(if $(IMAGES),baseline.images=$(IMAGES)) $(if $(SEED),seed=$(SEED)) $(if $(QUALITY),quality=$(QUALITY)) $(OPTIONS)

.PHONY: develop
develop: setup ## SET developed anew towards REAL's pixels, or with effects, from its linear pictures
	@$(PYTHON) -m alignment.darkroom.main $(if $(SEED),seed=$(SEED)) $(OPTIONS)

.PHONY: export
export: setup ## SET, REAL or both in the format TO of a trainer, parted into train and val, with a card
	@$(PYTHON) -m alignment.export.main $(if $(SEED),split.seed=$(SEED)) $(OPTIONS)

.PHONY: fragments
fragments: setup ## Things cut out of the photos of REAL, and these photos without them, into OUT
	@$(PYTHON) -m alignment.fragments.main $(if $(SEED),seed=$(SEED)) $(OPTIONS)

.PHONY: rate
rate: setup ## Rate predicted values on crops of REAL in a browser, 0 to 5; or look at fragments
	@$(PYTHON) -m alignment.rating.main $(if $(ATTRIBUTE),attribute=$(ATTRIBUTE)) $(if $(SEED),seed=$(SEED)) $(OPTIONS)

.PHONY: explore
explore: setup ## SETS beside each other in a browser: attributes, images, failures, neighbours, lists to keep
	@$(PYTHON) -m alignment.exploration.main $(if $(PORT),port=$(PORT)) $(OPTIONS)

.PHONY: gallery
gallery: setup ## One sheet of pictures a category, a background and a strategy, into out/gallery
	@.venv/bin/blenderproc run render/gallery.py $(OPTIONS) --custom-blender-path .blender

.PHONY: test
test: setup-dev ## Run all tests, with real Blender and, where there is one, a real browser
	@$(PYTHON) -m pytest -n auto --dist loadfile $(TESTS)

.PHONY: lint
lint: setup-dev ## Format, ruff, mypy --strict, import-linter
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports

.PHONY: check
check: lint test ## Both: what has to hold of every commit

.PHONY: bench
bench: setup-dev ## Time previews, search, annotation and rendering beside named references
	@$(PYTHON) -m bench.cost.all
	@$(PYTHON) -m bench.workers.compare speed standard

.PHONY: bench-alignment
bench-alignment: setup-dev ## Judge alignment on photos it never saw: REAL=set CATEGORY=chair
	@$(PYTHON) -m bench.alignment.unseen $(OPTIONS)

.PHONY: bench-second-stage
bench-second-stage: setup-dev ## Judge the pixels of rendered scenes on photos unseen: REAL=set
	@$(PYTHON) -m bench.alignment.pixels $(OPTIONS)

.PHONY: bench-verdicts
bench-verdicts: setup-dev ## Count how often each distance's verdict is right, on planted samples
	@$(PYTHON) -m bench.alignment.verdicts

.PHONY: setup
setup: ## Make .venv and .blender from the pinned requirements
	@setup/setup.sh

.PHONY: setup-dev
setup-dev: ## The same, with what tests and checks need
	@setup/setup.sh --dev

.PHONY: setup-features
setup-features: setup ## Add torch (unless you installed your own) and transformers, for pretrained features
	@setup/features.sh

.PHONY: setup-detection
setup-detection: setup ## The same and an ImageNet backbone, for make judge
	@setup/detection.sh

.PHONY: lock
lock: ## Pin requirements/*.in anew, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "lock: needs uv; install it, e.g. pipx install uv" >&2; exit 2; }
	@for set in run cluster dev features; do \
	  uv pip compile --quiet --no-header --no-emit-index-url --generate-hashes --python-version 3.11 \
	    requirements/$$set.in -o requirements/$$set.txt || exit 1; \
	done
	@uv pip compile --quiet --no-header --no-emit-index-url --generate-hashes --python-version 3.11 \
	  --no-deps requirements/detect.in -o requirements/detect.txt

.PHONY: clean
clean: ## Remove the environment and caches (what was rendered stays)
	rm -rf .venv .blender .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
