"""The facts of the study plan, tabulated here a second time and held to the files.

The tables say what must be carried: which questions there are and how hard, what
belongs to which topic, where to read on, in which order, on which day. The words are
the content's own; the tables hold facts, figures and names.
"""

from __future__ import annotations

import pytest

from perfkata.catalog import (
    Catalog,
    DrillActivity,
    ExplainActivity,
    QuestionActivity,
    ReadActivity,
    ReviewActivity,
    Roadmap,
    open_catalog,
)

EASY, MEDIUM, HARD = "easy-medium", "medium", "hard"
MEDIUM_HARD, VERY_HARD = "medium-hard", "very-hard"

# Number: slug, difficulty, category, minutes, words that the prerequisites name.
QUESTIONS = {
    "00": (
        "performance_takehome",
        VERY_HARD,
        "ILP / Low-Level",
        (240, 480),
        ["vliw", "simd", "instruction scheduling"],
    ),
    "01": (
        "in_memory_database",
        MEDIUM,
        "Data Structures",
        (60, 90),
        ["dict", "sorted containers", "indexing"],
    ),
    "02": (
        "web_crawler",
        MEDIUM,
        "Concurrency + Graphs",
        (45, 60),
        ["breadth-first", "url", "thread"],
    ),
    "03": (
        "profiler_trace",
        MEDIUM,
        "Performance Analysis",
        (45, 60),
        ["stack", "tree"],
    ),
    "04": (
        "distributed_mode",
        MEDIUM,
        "Distributed + Stats",
        (45, 60),
        ["hash maps", "mode", "mapreduce"],
    ),
    "05": (
        "lru_cache",
        EASY,
        "Data Structures",
        (30, 45),
        ["ordereddict", "dict", "doubly linked list"],
    ),
    "06": (
        "tokenizer",
        EASY,
        "String Processing",
        (30, 45),
        ["tries", "regular expressions", "byte pair encoding"],
    ),
    "07": (
        "matrix_tiling_optimizer",
        HARD,
        "Memory / Caching",
        (60, 90),
        ["cache hierarchy", "tiling", "blocking"],
    ),
    "08": (
        "load_balancer",
        MEDIUM,
        "Distributed Systems",
        (45, 60),
        ["consistent hashing", "routing strategies"],
    ),
    "09": (
        "concurrent_task_scheduler",
        HARD,
        "Concurrency",
        (60, 90),
        ["thread pools", "acyclic graphs", "fault tolerance"],
    ),
    "10": (
        "network_latency_analyzer",
        MEDIUM,
        "Networking / Perf",
        (45, 60),
        ["statistics", "percentiles", "anomalies"],
    ),
    "11": (
        "memory_pool_allocator",
        HARD,
        "Systems / Memory",
        (60, 90),
        ["free lists", "fragmentation", "buddy system"],
    ),
    "12": (
        "low_latency_sampler",
        MEDIUM_HARD,
        "ML Inference",
        (45, 60),
        ["probability", "sampling algorithms", "numerics"],
    ),
    "13": (
        "gpu_kernel_sim",
        HARD,
        "GPU Architecture",
        (60, 90),
        ["warps", "coalescing", "bank conflicts", "shared mem"],
    ),
    "14": (
        "quantization_engine",
        HARD,
        "ML / Numerics",
        (60, 90),
        ["int8", "fp8", "scale factors", "matrix multiplication"],
    ),
    "15": (
        "collective_communication",
        HARD,
        "Distributed / GPU",
        (60, 90),
        ["ring all-reduce", "nccl", "bandwidth"],
    ),
    "16": (
        "kernel_fusion",
        VERY_HARD,
        "GPU / ML",
        (90, 120),
        ["graphs of operations", "memory traffic", "transformers"],
    ),
    "17": (
        "kv_cache_manager",
        HARD,
        "ML Inference",
        (60, 90),
        ["paged attention", "memory budget", "eviction"],
    ),
    "18": (
        "gpu_cluster_scheduler",
        VERY_HARD,
        "Distributed / GPU",
        (90, 120),
        ["topology", "3d parallelism", "fault tolerance"],
    ),
    "19": (
        "web_crawler_multithreaded",
        MEDIUM,
        "Concurrency",
        (45, 60),
        ["thread", "queue", "no url twice"],
    ),
    "20": (
        "duplicate_files",
        EASY,
        "Data Structures",
        (30, 45),
        ["hashing", "files", "grouping"],
    ),
    "21": (
        "exclusive_time",
        MEDIUM,
        "Stack Algorithms",
        (45, 60),
        ["stack", "simulat", "interval"],
    ),
}

# Topic: tier, number of points to study, chapter, questions.
TOPICS = {
    "data_structures_and_algorithms": (
        1,
        9,
        "07_data_structures_and_algorithms",
        {"01", "02", "03", "04", "05", "06", "19", "20", "21"},
    ),
    "python_concurrency": (1, 7, "01_python_concurrency", {"02", "09", "15", "19"}),
    "memory_and_caching": (2, 8, "02_memory_and_caching", {"07", "11", "13"}),
    "distributed_systems": (
        2,
        7,
        "08_distributed_systems",
        {"04", "08", "09", "10", "15", "18"},
    ),
    "performance_analysis": (2, 7, "09_performance_analysis", {"03", "10", "21"}),
    "gpu_architecture": (3, 8, "03_gpu_architecture", {"00", "07", "13", "16"}),
    "transformer_inference": (
        3,
        11,
        "04_transformer_inference",
        {"12", "14", "16", "17"},
    ),
    "distributed_training": (3, 9, "05_distributed_training", {"15", "18"}),
    "vliw_and_ilp": (4, 7, "10_vliw_and_ilp", {"00"}),
    "quantization": (4, 7, "06_quantization", {"14"}),
}

# Topic: what its points to study must name.
STUDY = {
    "data_structures_and_algorithms": """defaultdict OrderedDict deque Counter heapq
        min-heap max-heap negated dict set O(1) sorted() list.sort() key stability
        bisect breadth depth recursion brackets expressions calls two~pointers
        sliding~window trie""",
    "python_concurrency": """Threads processes asyncio GIL I/O Lock RLock Event
        Condition ThreadPoolExecutor ProcessPoolExecutor event~loop coroutines await
        asyncio.gather queue.Queue collections.deque deadlock order races starvation""",
    "memory_and_caching": """L1 32~to~64~KB about~4~cycles L2 256~KB~to~1~MB
        about~12, L3 about~40, DRAM about~200 64~bytes Spatial Temporal matrix
        columns Tiled Alignment padding False~sharing""",
    "distributed_systems": """latency round~trip bandwidth 1,000~times strong eventual
        replicas heartbeats retrying map shuffle reduce Consistent~hashing leader""",
    "performance_analysis": """Big-O time space cProfile line_profiler Py-Spy perf flame
        Chrome Perfetto CPU memory I/O Amdahl 1~/~(s~+~p/N) roofline bandwidth""",
    "gpu_architecture": """thousands grid block thread 32~threads SIMT registers
        shared~memory L1 L2 HBM Coalescing 32~banks Occupancy SM not~always
        Divergence if/else""",
    "transformer_inference": """self-attention FFN layer~norm residual one~token
        KV-cache long~sequences Paged vLLM GQA MQA Quantization greedy temperature
        top-k top-p nucleus min-p Flash~Attention HBM Speculative drafts verifies
        Continuous~batching throughput""",
    "distributed_training": """Data~parallelism all-reduce Tensor~parallelism Megatron
        columns rows Pipeline stages micro-batches 3D AllReduce AllGather
        ReduceScatter Broadcast Ring bandwidth NVLink~about~600~GB/s~in~both
        PCIe~about~64~GB/s InfiniBand~about~50~GB/s NCCL ZeRO
        1~partitions~the~optimizer 2~the~gradients 3~the~parameters""",
    "vliw_and_ilp": """fetch decode execute memory write~back RAW WAR WAW branches
        structure VLIW bundle SIMD vector unrolling software~pipelining
        strength~reduction Scheduling Register~pressure""",
    "quantization": """Symmetric asymmetric tensor channel group INT8 scale clipping
        E4M3 [-448,~448] E5M2 [-57344,~57344] min-max percentile entropy KL GPTQ AWQ
        SmoothQuant weights activations tensor~cores FP8""",
}

URLS = {
    "data_structures_and_algorithms": {
        "https://docs.python.org/3/library/collections.html",
        "https://docs.python.org/3/library/heapq.html",
    },
    "python_concurrency": {
        "https://docs.python.org/3/library/threading.html",
        "https://docs.python.org/3/library/concurrent.futures.html",
    },
    "memory_and_caching": {"https://www.brendangregg.com"},
    "distributed_systems": set(),
    "performance_analysis": {
        "https://www.brendangregg.com/systems-performance-2nd-edition-book.html",
        "https://github.com/benfred/py-spy",
    },
    "gpu_architecture": {
        "https://docs.nvidia.com/cuda/cuda-c-programming-guide/",
        "https://docs.nvidia.com/nsight-compute/",
    },
    "transformer_inference": {
        "https://jalammar.github.io/illustrated-transformer/",
        "https://arxiv.org/abs/2309.06180",
        "https://arxiv.org/abs/2205.14135",
        "https://arxiv.org/abs/2211.17192",
    },
    "distributed_training": {
        "https://arxiv.org/abs/1909.08053",
        "https://arxiv.org/abs/1910.02054",
        "https://docs.nvidia.com/deeplearning/nccl/",
    },
    "vliw_and_ilp": set(),
    "quantization": set(),
}

# Topic: authors or titles of what is to be read without an address.
WORKS = {
    "data_structures_and_algorithms": ["Miller and Ranum", "Top Interview 150"],
    "python_concurrency": ["Matthew Fowler", "Real Python"],
    "memory_and_caching": ["Ulrich Drepper", "Hennessy and Patterson"],
    "distributed_systems": ["Martin Kleppmann", "MIT 6.824"],
    "performance_analysis": ["The Art of Performance Analysis"],
    "gpu_architecture": ["Hwu, Kirk and El Hajj", "CoffeeBeforeArch"],
    "transformer_inference": [],
    "distributed_training": ["Narayanan et al."],
    "vliw_and_ilp": [
        "Patterson and Hennessy",
        "Cooper and Torczon",
        "questions/00_performance_takehome/",
    ],
    "quantization": [],
}

ORDER = "05 06 20 21 01 02 03 04 08 10 19 12 09 07 11 14 13 17 15 16 18 00"

# Week: for each group of days, the days, what to read, which questions.
SCHEDULE = [
    [
        ([1, 2], [], []),
        ([3, 4], ["01_python_concurrency"], []),
        ([5], [], ["05", "06"]),
        ([6, 7], [], ["01", "21"]),
    ],
    [
        ([1, 2], ["02_memory_and_caching"], []),
        ([3], ["09_performance_analysis"], ["03"]),
        ([4, 5], ["Designing Data-Intensive Applications"], ["08"]),
        ([6, 7], [], ["02", "09", "10"]),
    ],
    [
        ([1, 2], ["03_gpu_architecture"], []),
        ([3, 4], ["04_transformer_inference"], []),
        ([5], ["06_quantization"], ["14"]),
        ([6, 7], [], ["12", "13", "17"]),
    ],
    [
        ([1, 2], ["05_distributed_training"], []),
        ([3, 4], [], ["15", "16", "18"]),
        ([5, 6, 7], [], ["00"]),
    ],
    [([1, 2, 3, 4, 5, 6, 7], [], [])],
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Our own content."""
    return open_catalog()


@pytest.fixture(scope="module")
def roadmap(catalog: Catalog) -> Roadmap:
    """Our own roadmap."""
    return catalog.roadmap


def test_exactly_these_questions_are_there(catalog: Catalog) -> None:
    """22 questions, each under its number and slug."""
    names = [f"{number}_{facts[0]}" for number, facts in QUESTIONS.items()]
    assert catalog.names() == tuple(names)
    assert len(names) == 22


@pytest.mark.parametrize("number", QUESTIONS)
def test_a_question_has_its_facts(catalog: Catalog, number: str) -> None:
    """Difficulty, category, time and prerequisites are as tabulated."""
    _, difficulty, category, minutes, prerequisites = QUESTIONS[number]
    question = catalog.question(number)
    assert question.difficulty.value == difficulty
    assert question.category == category
    assert question.minutes == minutes
    told = "; ".join(question.prerequisites).lower()
    assert [word for word in prerequisites if word not in told] == []


@pytest.mark.parametrize("number", QUESTIONS)
def test_a_question_leads_to_a_system_and_says_what_limits_it(
    catalog: Catalog, number: str
) -> None:
    """Each question names the system behind it, and a phrase that fits a table."""
    question = catalog.question(number)
    assert question.system is not None
    assert len(question.limited_by) <= 90
    assert not question.limited_by.endswith(".")


def test_pairs_of_questions_share_a_system(catalog: Catalog) -> None:
    """02 with 19, and 03 with 21, lead to one system; every other has its own."""
    systems: dict[str | None, set[str]] = {}
    for question in catalog.questions():
        systems.setdefault(question.system, set()).add(question.number)
    shared = [numbers for numbers in systems.values() if len(numbers) > 1]
    assert shared == [{"02", "19"}, {"03", "21"}]


def test_exactly_these_topics_are_there(roadmap: Roadmap) -> None:
    """Ten topics, tier by tier, in the order of study."""
    assert [topic.id for topic in roadmap.topics] == list(TOPICS)
    assert [tier.number for tier in roadmap.tiers] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_has_its_place_its_chapter_and_its_questions(
    catalog: Catalog, name: str
) -> None:
    """Tier, chapter, number of points and relevant questions are as tabulated."""
    tier, num_points, chapter, numbers = TOPICS[name]
    topic = catalog.roadmap.topic(name)
    assert topic is not None and topic.chapter is not None
    assert (topic.tier, topic.chapter.name) == (tier, chapter)
    assert len(topic.study) == num_points
    relevant = [item.number for item in catalog.questions() if name in item.topics]
    assert set(relevant) == numbers


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_names_all_there_is_to_study(roadmap: Roadmap, name: str) -> None:
    """No name and no figure of the study plan is left out."""
    topic = roadmap.topic(name)
    assert topic is not None
    told = " ".join(topic.study)
    wanted = [word.replace("~", " ") for word in STUDY[name].split()]
    assert [word for word in wanted if word not in told] == []


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_names_all_there_is_to_read(roadmap: Roadmap, name: str) -> None:
    """Addresses are exactly those tabulated; works without one are named."""
    topic = roadmap.topic(name)
    assert topic is not None
    urls = {resource.url for resource in topic.resources if resource.url is not None}
    assert urls == URLS[name]
    told = "; ".join(
        f"{resource.title}, {resource.author}, {resource.note}"
        for resource in topic.resources
        if resource.url is None
    )
    assert [work for work in WORKS[name] if work not in told] == []
    assert len(topic.resources) == len(URLS[name]) + len(WORKS[name])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("data_structures_and_algorithms", ["Python"]),
        ("python_concurrency", ["GIL"]),
        ("gpu_architecture", ["13", "16", "18"]),
        ("vliw_and_ilp", ["00", "Anthropic", "VLIW SIMD"]),
        ("quantization", ["14"]),
    ],
)
def test_a_topic_says_what_it_is_good_for(
    roadmap: Roadmap, name: str, words: list[str]
) -> None:
    """The reason of a topic names the questions that need it most."""
    topic = roadmap.topic(name)
    assert topic is not None
    assert [word for word in words if word not in topic.why] == []


def test_the_tiers_say_when_to_study_them(roadmap: Roadmap) -> None:
    """First, second, third, last: each tier says its turn."""
    for tier, word in zip(
        roadmap.tiers, ["first", "second", "third", "last"], strict=True
    ):
        assert word in tier.summary
    assert "questions 12 to 18" in roadmap.tiers[2].summary
    assert "tier 1" in roadmap.summary


def test_the_order_is_the_tabulated_one(roadmap: Roadmap) -> None:
    """All 22 questions, from the warm-up to the capstone, each with its own reason."""
    assert " ".join(step.question for step in roadmap.order) == ORDER
    assert len({step.why for step in roadmap.order}) == 22
    assert "warm-up" in roadmap.order[0].why
    assert "capstone" in roadmap.order[-1].why


def test_the_schedule_is_the_tabulated_one(roadmap: Roadmap) -> None:
    """Four weeks and a final one: days, chapters and questions agree."""
    told = [
        [
            (
                list(days.days),
                [
                    item.chapter.name if item.chapter else item.resource
                    for item in days.activities
                    if isinstance(item, ReadActivity)
                ],
                [
                    item.number
                    for item in days.activities
                    if isinstance(item, QuestionActivity)
                ],
            )
            for days in week.days
        ]
        for week in roadmap.weeks
    ]
    assert told == SCHEDULE
    assert roadmap.pace.minutes_per_day == (120, 180)


def test_the_schedule_says_what_to_do_besides(roadmap: Roadmap) -> None:
    """Drills, levels, parts and goals of single days are carried."""
    activities = {activity.id: activity for activity in roadmap.activities()}
    review = activities["review-python-structures"]
    assert isinstance(review, ReviewActivity)
    assert all(word in review.what for word in ("collections", "heapq", "bisect"))
    problems, fetcher = (
        activities["drill-easy-problems"],
        activities["drill-concurrent-fetcher"],
    )
    assert isinstance(problems, DrillActivity) and "5 to 10 easy" in problems.what
    assert isinstance(fetcher, DrillActivity) and "URLs" in fetcher.what
    database = activities["question-01"]
    assert isinstance(database, QuestionActivity) and database.levels == (1, 2, 3)
    goals = {
        "read-memory-and-caching": ["cache lines", "tiling"],
        "read-performance-analysis": ["cProfile", "flame graphs"],
        "read-kleppmann": ["network"],
        "read-gpu-architecture": ["warps", "coalescing", "bank conflicts"],
        "read-transformer-inference": ["KV-cache", "Flash Attention"],
        "read-distributed-training": ["ring all-reduce"],
    }
    for name, words in goals.items():
        reading = activities[name]
        assert isinstance(reading, ReadActivity) and reading.goal is not None
        assert [word for word in words if word not in reading.goal] == []
    kleppmann = activities["read-kleppmann"]
    assert isinstance(kleppmann, ReadActivity) and kleppmann.part == "Chapters 1 and 2"


def test_the_final_week_repeats_times_compares_and_explains(roadmap: Roadmap) -> None:
    """The last week has its four things to do, in their order."""
    (days,) = roadmap.weeks[-1].days
    kinds = [type(activity) for activity in days.activities]
    assert kinds == [ReviewActivity, DrillActivity, ReviewActivity, ExplainActivity]
    again, clock, followups, aloud = (
        activity.what
        for activity in days.activities
        if not isinstance(activity, ReadActivity | QuestionActivity)
    )
    assert "trouble" in again
    assert "2 or 3 questions" in clock
    assert "follow-up" in followups
    assert "aloud" in aloud


def test_the_use_of_the_roadmap_is_told_step_by_step(roadmap: Roadmap) -> None:
    """Tiers, difficulties, study materials, questions, and then order or schedule."""
    words = ["tiers", "difficulty", "study_materials/", "questions/", "order"]
    for step, word in zip(roadmap.how_to_use, words, strict=True):
        assert word in step


def test_the_legend_tells_the_difficulties_apart(roadmap: Roadmap) -> None:
    """Five difficulties with five meanings, the easiest first."""
    told = {legend.id.value: legend.meaning for legend in roadmap.difficulties}
    assert list(told) == [EASY, MEDIUM, MEDIUM_HARD, HARD, VERY_HARD]
    assert "warm-up" in told[EASY]
    assert "core" in told[MEDIUM]
    assert all(
        word in told[HARD]
        for word in ("GPUs", "distributed systems", "memory hierarchy")
    )
    assert "apart" in told[VERY_HARD]


def test_the_formats_have_their_lengths_and_suit_every_question(
    roadmap: Roadmap,
) -> None:
    """Five kinds of interview; each question is the right one for some of them."""
    lengths = {item.id: item.minutes for item in roadmap.formats}
    assert lengths == {
        "take_home": (240, 480),
        "progressive_assessment": (90, 90),
        "live_interview": (45, 60),
        "performance_deep_dive": (60, 60),
        "gpu_deep_dive": (60, 60),
    }
    suited = {number for item in roadmap.formats for number in item.questions}
    assert suited == set(QUESTIONS)
    assert roadmap.formats[0].questions == ("00",)
