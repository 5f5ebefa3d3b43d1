"""What every parameter of a protocol is called: (official Chinese, standard English); and the parts they belong to."""

PARAMETERS = {
    "report_case_h": ("网络直报病例", "report a case online"),
    "report_event_h": ("报告突发公共卫生事件", "report the event"),
    "verify_report_h": ("疾控机构审核报告卡", "CDC verifies the report"),
    "core_information_h": ("查清核心信息", "core information established"),
    "itinerary_h": ("查清活动轨迹", "itinerary established"),
    "investigation_h": ("完成个案流调报告", "case investigation finished"),
    "move_infected_h": ("感染者转运到定点医院", "infected person moved to hospital"),
    "move_contacts_h": ("密切接触者转运到隔离点", "close contacts moved to isolation"),
    "move_secondary_h": ("密接的密接转运到隔离点", "secondary contacts moved to isolation"),
    "assistance_find_h": ("区域协查：查找", "assistance to another area: find"),
    "assistance_control_h": ("区域协查：管控", "assistance to another area: control"),
    "assistance_other_h": ("区域协查：其他推送信息", "assistance to another area: other data"),
    "contact_lookback_days": ("密接判定：发病或采样前追溯", "contacts traced from before onset or sampling"),
    "contact_after_days": ("密接判定：发病后截止", "contacts traced until after onset"),
    "contact_distance_m": ("密接判定：距离", "distance that makes a close contact"),
    "contact_minutes": ("密接判定：最短接触时间", "shortest contact that counts"),
    "contact_latent_h": ("次密接判定：密接首次暴露后多久起算", "contacts expose others from, after their own exposure"),
    "case_monitoring_days": ("出院后隔离观察", "observation after discharge"),
    "central_days": ("密接集中隔离", "central isolation of close contacts"),
    "home_days": ("密接居家观察", "home observation of close contacts"),
    "test_days": ("密接核酸检测日", "test days of close contacts"),
    "double_test": ("解除前双采双检", "two tests at release"),
    "incubation_days": ("最长潜伏期", "longest incubation"),
    "discharge_negatives": ("出院所需连续阴性次数", "negatives in a row for discharge"),
    "discharge_apart_h": ("两次采样最短间隔", "shortest time between the two samples"),
    "secondary_central_days": ("次密接集中隔离", "central isolation of secondary contacts"),
    "secondary_home_days": ("次密接居家隔离", "home isolation of secondary contacts"),
    "secondary_test_days": ("次密接核酸检测日", "test days of secondary contacts"),
    "positive_inside_floors": ("隔离点出现阳性：牵连的上下楼层", "positive inside a site: floors above and below"),
    "positive_inside_restart_days": ("隔离点出现阳性：重新计算", "positive inside a site: period restarts with"),
    "cluster_cases": ("聚集性疫情：病例数", "cluster: cases"),
    "cluster_days": ("聚集性疫情：时间范围", "cluster: within"),
    "high_zone_days": ("高风险区连续无新增转中风险", "high-risk zone: days without a case to medium"),
    "medium_zone_days": ("中风险区连续无新增转低风险", "medium-risk zone: days without a case to low"),
    "high_to_low_extra_days": ("高转中后再转低风险", "further days from medium to low"),
    "pool_positive_recollect": ("混管阳性后的复采方式", "how the members of a positive pool are sampled again"),
    "pool_sizes": ("经验证的混采人数", "validated pool sizes"),
    "dilution_pool_max_prevalence": ("实验室混样的最高阳性率", "highest prevalence for pooling in the laboratory"),
    "result_fever_h": ("结果时限：发热门诊、急诊", "result: fever clinic, emergency"),
    "result_inpatient_h": ("结果时限：住院患者", "result: inpatients"),
    "result_voluntary_h": ("结果时限：愿检尽检", "result: voluntary tests"),
    "buses_per_county": ("每县转运客车", "transfer buses per county"),
    "clean_compound_days": ("无疫小区：此前无疫情", "no-epidemic compound: days without cases"),
    "follow_up_every_h": ("随访间隔", "follow-up every"),
    "isolated_share_target": ("目标：时限内隔离的密接比例", "target: share of contacts isolated in time"),
    "isolated_within_h": ("目标：密接隔离时限", "target: contacts isolated within"),
    "ihr_assess_h": ("《国际卫生条例》：评估", "IHR: assess"),
    "ihr_notify_h": ("《国际卫生条例》：评估后通报", "IHR: notify after assessment"),
    "detect_days": ("7-1-7：发现", "7-1-7: detect"),
    "notify_days": ("7-1-7：报告", "7-1-7: notify"),
    "respond_days": ("7-1-7：完成早期应对", "7-1-7: early response complete"),
    "check_in_retention_days": ("扫码登记保存期", "check-ins are kept for"),
}
# (last rule of the part, its name)
PARTS = (
    (6, ("报告与转运时限", "Reporting and transfer")),
    (8, ("接触者判定", "Who is a contact")),
    (11, ("隔离、检测与解除", "Isolation, tests and release")),
    (14, ("聚集性疫情与风险区", "Clusters and zones")),
    (23, ("核酸检测", "Testing")),
    (99, ("其他", "Other")),
)
UNITS = {"h": ("小时", "h"), "d": ("天", "d"), "min": ("分钟", "min"), "m": ("米", "m")}
WORDS = {"single": ("单采单管", "single tubes")}


def part_of(rule: int) -> tuple[str, str]:
    """Name of the part that a rule belongs to."""
    return next(name for last, name in PARTS if rule <= last)
